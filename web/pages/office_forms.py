"""What the panels of the offices' dossier page show: rules, points, answers then and now, others of the same name."""

from typing import Any

from engine.context import Context
from engine.dossier import Dossier
from engine.duplicates import others_of
from engine.eyes import Eyes
from engine.office_work import Work, clerical_fields, to_judge, works
from engine.scores import scores_view
from engine.screened import explained_view
from engine.versions import answers, writings
from rules.registry import find_rule
from rules.vocabulary import Overall, Verdict
from web.pages.office_versions import with_names, writing_with_names
from web.visit import Visit


def office_values(visit: Visit, context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """The values the panels need; after a refusal, what was typed into the form that was refused."""
    open_works = works(context, dossier)
    now, returned_at = answers(visit.session, context, dossier, eyes)
    return {
        "works": {work.value: refusal for work, refusal in open_works.items()},
        "act": visit.form.text("act") if visit.errors else "",
        "sent": visit.form,
        "rules": rules_values(context, dossier, eyes),
        "scores": scores_view(visit.session, context, dossier, eyes),
        "clerical": clerical_fields(context, dossier) if Work.CORRECT in open_works else (),
        "others": others_of(visit.session, dossier, eyes) if dossier.others else [],
        "writings": [writing_with_names(context, one) for one in writings(visit.session, context, dossier, eyes)],
        "answers": [with_names(context, one) for one in now],
        "edited": any(one.changed for one in now),
        "returned_at": returned_at,
    }


def rules_values(context: Context, dossier: Dossier, eyes: Eyes) -> dict[str, Any]:
    """What the rules find, with what does not pass apart, and what would help."""
    view = explained_view(context, dossier, eyes)
    judged = {judgement.rule for judgement in dossier.judgements}
    doubtful = [f["rule"] for f in view["findings"] if f["verdict"] != Verdict.PASS or f["rule"] in judged]
    open_to_judgement = to_judge(context, dossier, doubtful)
    lines = [
        {
            **finding,
            "sentence": rule.sentence if (rule := find_rule(finding["rule"], dossier.kind)) else finding["rule"],
            "said": finding["message"].removeprefix(rule.sentence).strip() if rule else finding["message"],
            "judgeable": finding["rule"] in open_to_judgement,
        }
        for finding in view["findings"]
    ]
    return {
        "overall": Overall(view["overall"]),
        "standing": [line for line in lines if line["verdict"] != Verdict.PASS or line["judgeable"] or line["note"]],
        "passed": [
            line for line in lines if line["verdict"] == Verdict.PASS and not line["judgeable"] and not line["note"]
        ],
        "would_help": view["would_help"],
    }
