"""What a dossier's form sent, as the engine takes it: `f.` before a field, `answer:` before a point of a return."""

from engine.context import Context
from engine.filling import Posted
from engine.typed import Opening
from rules.fields import Form as Shape
from rules.fields import fields_of
from rules.questions import declared
from rules.vocabulary import Kind
from web.forms import Form

FIELD, ANSWER, WORDS = "f.", "answer:", ".words"
UNANSWERED = "-"  # what a row of buttons sends when none of the answers is chosen


def posted_in(form: Form, context: Context, kind: Kind, name: str) -> Posted:
    """The form called `name`; MalformedError for one that is none of ours."""
    texts = {}
    for one in fields_of(kind, context.campaign.rated_years):
        sent = f"{FIELD}{one.key}"
        if one.form is Shape.DECLARATION and (sent in form or sent + WORDS in form):
            texts[one.key] = declared(chosen(form, sent), form.get(sent + WORDS, ""))
        elif sent in form:
            texts[one.key] = chosen(form, sent) if one.choices else form[sent]
    return Posted(
        opening=Opening(form=name, name=form.text("opening"), after=form.text("after") or None),
        version=form.number("version"),
        texts=texts,
        as_stored=frozenset(form.many("take")),
        answers={key: words for key, words in form.items() if key.startswith(ANSWER)},
        only=form.text("only") or None,
    )


def chosen(form: Form, name: str) -> str:
    """The answer chosen, "" for none."""
    answer = form.text(name)
    return "" if answer == UNANSWERED else answer
