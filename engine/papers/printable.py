"""Whether papers can be printed, asked before anything is final: by widths and glyphs alone, without the press."""

import json
from collections.abc import Iterator, Mapping
from datetime import date
from typing import Any

from sqlmodel import Session

from engine.context import Context
from engine.papers.certificates import blocks_of, room_of, sizes_of, too_long
from engine.papers.content import certificate_lines, certificate_values, decision_values, letter_values
from engine.papers.fitting import POINT, SAFETY, Style, fit
from engine.papers.glyphs import Face, told_missing, width_of
from engine.papers.lettering import OFFICE_COLUMN, OFFICE_SIZE
from engine.papers.press import texts_in
from engine.papers.wording import day_words, number_line
from models.campaigns import Decision
from rules.campaign import Campaign
from rules.errors import EvidenceRefusedError, MalformedError

LARGEST_NUMBER, LONGEST_DAY = "9999", date(2025, 12, 30)  # what a signed decision may say, at its widest
SIGNATURE = Style(Face.BOLD, ((14, 2),))  # below a decision, as paper.css sets it
SIGNATURE_WIDTH = 80.0  # mm, a little less than paper.css gives it
ORDINARY = {"name": "Nguyễn Thị Minh Nguyệt", "person": True, "post": "Chủ tịch Ủy ban nhân dân xã"}
OF_AWARDS = {"awards", "sections"}  # among a paper's values: told dossier by dossier


def require_printable(campaign: Campaign) -> None:
    """MalformedError naming every key of a campaign file that no paper could print or has no room for."""
    failing = [f"{key}: {told}" for key, words in texts_of(campaign) if (told := told_missing(words))]
    for name in ("decision", "proposal", "submission"):
        line = number_line(f"{LARGEST_NUMBER}/{getattr(campaign.papers, name).symbol}", "")
        if width_of(line, Face.REGULAR, OFFICE_SIZE * POINT) * SAFETY > OFFICE_COLUMN:
            failing.append(f"papers.{name}.symbol: “{line}” quá dài, không vừa một dòng.")
    if failing := [*failing, *told_by_certificate(campaign)]:
        raise MalformedError(f"Đợt khen thưởng có văn bản không in được. {' '.join(failing)}")


def texts_of(campaign: Campaign) -> Iterator[tuple[str, str]]:
    """What papers print of a campaign file, each with its key."""
    data = campaign.model_dump(mode="json", by_alias=True, include={"title", "legal_bases", "categories", "papers"})
    for category in data["categories"]:
        del category["key"], category["kind"]
    yield from texts_below(data)


def texts_below(data: Any, key: str = "") -> Iterator[tuple[str, str]]:  # noqa: ANN401 - whatever plain data holds
    """Every text in plain data, with its key as `a.b.0`."""
    if isinstance(data, str):
        yield key, data
    elif isinstance(data, Mapping | list):
        for name, value in data.items() if isinstance(data, Mapping) else enumerate(data):
            yield from texts_below(value, f"{key}.{name}" if key else str(name))


def told_by_certificate(campaign: Campaign) -> list[str]:
    """What stands in the way of the campaign's certificates, whoever gets one."""
    symbol = campaign.papers.decision.symbol
    day = day_words(LONGEST_DAY, LONGEST_DAY.year)
    values = {**certificate_lines(campaign, f"{LARGEST_NUMBER}/{symbol}", day, ""), "awards": []}
    failing = []
    for check in (sizes_of, room_of):
        try:
            check(values, campaign.papers.certificate)
        except MalformedError as error:
            failing.append(error.message)
    if not failing and blocks_of(ORDINARY | {"achievement": f"Đã {campaign.papers.achievement}"},
                                 room_of(values, campaign.papers.certificate)) is None:  # fmt: skip
        failing.append("papers.certificate: khổ giấy quá nhỏ, không in vừa một họ tên thông thường với thành tích.")
    return failing


def as_if(decision: Decision, values: Mapping[str, Any]) -> Decision:
    """The decision with these values, in no session."""
    return Decision(**{**{name: getattr(decision, name) for name in Decision.model_fields}, **values})


def unprintable(session: Session, context: Context, present: Decision, values: Mapping[str, Any]) -> dict[str, str]:
    """Why dossiers could not be printed if the decision had these `values`, by id; none if all can.

    Raises:
        EvidenceRefusedError: what all papers share cannot be printed; it tells the dossiers too.
    """
    decision = as_if(present, values)
    shared = dict.fromkeys(told_by_certificate(context.campaign))
    for paper in (decision_values(session, context, decision), letter_values(session, context, decision)):
        common = {key: value for key, value in paper.items() if key not in OF_AWARDS}
        shared |= {f"“{words}”: {told}": None for words in texts_in(common) if (told := told_missing(words))}
    refused = glyphless(decision)
    if not shared:
        return {**unset(context, decision), **refused}
    raise EvidenceRefusedError(
        " ".join([*shared, *(f"Hồ sơ {nomination}: {told}" for nomination, told in refused.items())])
    )


def glyphless(decision: Decision) -> dict[str, str]:
    """The dossiers whose texts have characters that no paper could print."""
    found = {}
    for award in json.loads(decision.content or '{"awards": []}')["awards"]:
        told = [f"“{words}”: {why}" for words in texts_in(award) if (why := told_missing(words))]
        if told:
            found[award["id"]] = " ".join(dict.fromkeys(told))
    return found


def unset(context: Context, decision: Decision) -> dict[str, str]:
    """The dossiers whose certificate cannot be set."""
    values = certificate_values(context, decision)
    room = room_of(values, context.campaign.papers.certificate)
    return {award["id"]: too_long(award) for award in values["awards"] if blocks_of(award, room) is None}


def require_signable(session: Session, context: Context, present: Decision, values: Mapping[str, Any]) -> None:
    """Refuse number, day and signer in `values` with which the papers of the frozen decision could not be printed.

    Raises:
        MalformedError: the signer's name, or another line of the certificates.
        EvidenceRefusedError: what was frozen cannot be printed, with every dossier that is in the way.
    """
    signer = values["signer"]
    if told := told_missing(signer):
        raise MalformedError(f"Họ tên người ký “{signer}”: {told}")
    if fit(signer, SIGNATURE, SIGNATURE_WIDTH, float("inf")) is None:
        raise MalformedError(f"Họ tên người ký “{signer}” quá dài, không vừa chỗ ký của quyết định.")
    sizes_of(certificate_values(context, as_if(present, values)), context.campaign.papers.certificate)
    if refused := unprintable(session, context, present, values):
        raise EvidenceRefusedError(" ".join(f"Hồ sơ {nomination}: {told}" for nomination, told in refused.items()))
