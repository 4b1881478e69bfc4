"""One dossier as a ZIP: what it says, what the rules find, its past, letters and papers, as its reader's eyes see them.

The same data give the same bytes to the same kind of eyes: members in one order, of one day, stored as they are.
"""

import hashlib
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from datetime import date
from io import BytesIO
from typing import Any, BinaryIO
from zipfile import ZIP_STORED, ZipFile

from sqlmodel import Session

from engine.context import Context
from engine.correspondence import LetterSeen, letters_seen
from engine.dossier import Dossier, lock_dossier
from engine.evidence import evidence_of
from engine.eyes import OF_A_UNIT, Eyes
from engine.files.listing import Attached, attachments_view, papers_seen
from engine.files.received import AT_ONCE, write_content
from engine.histories import history_of
from engine.papers.files import json_bytes
from engine.papers.packed import member
from engine.screened import explained_view
from engine.trail import note_looked
from engine.trail_file import write_lines
from engine.views import nomination_view, note_sight, require_seen
from rules.attached import PAPER_LABELS
from rules.errors import StateRefusedError

FORMAT = {"format": "vinhdanh-bundle", "version": 1}
MADE = date(1980, 1, 1)  # the first day a ZIP can tell; the real one is in the trail
SENSITIVE = "dữ liệu cá nhân nhạy cảm: chỉ đơn vị đề nghị và cơ quan xét chọn, thẩm định được xem"
OF_THE_OFFICES = "đơn vị không xem trong thời gian xét"


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One member of the bundle."""

    name: str
    title: str
    sha256: str
    size: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Withheld:
    """What these eyes do not get, and why."""

    what: str
    why: str


@dataclass
class Bundle:
    """What has been put into the archive so far."""

    archive: ZipFile
    entries: list[Entry] = field(default_factory=list)
    withheld: list[Withheld] = field(default_factory=list)

    def put(self, name: str, title: str, content: bytes) -> None:
        """One more member."""
        self.archive.writestr(member(name, MADE), content, ZIP_STORED)
        digest = hashlib.sha256(content).hexdigest()
        self.entries.append(Entry(name=name, title=title, sha256=digest, size=len(content)))

    def copy(self, name: str, title: str, attached: Attached, write: Callable[[BinaryIO], None]) -> None:
        """One more member that is too large for memory."""
        info = member(name, MADE)
        info.file_size = attached.size
        with self.archive.open(info, "w") as file:
            write(file)  # type: ignore[arg-type]  # it is written to like any other
        self.entries.append(Entry(name=name, title=title, sha256=attached.sha256, size=attached.size))

    def withhold(self, what: str, why: str) -> None:
        """Tell the reader of something that is not in it."""
        self.withheld.append(Withheld(what=what, why=why))


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A finished bundle: its own fingerprint, and what is in it."""

    sha256: str
    size: int
    entries: tuple[Entry, ...]
    withheld: tuple[Withheld, ...]


def make_bundle(session: Session, context: Context, nomination_id: str, eyes: Eyes, file: BinaryIO) -> Made:
    """Write the bundle of one dossier into `file`, and that it was made onto the trail.

    Raises NotFoundError for a dossier that is not there for these eyes.
    """
    dossier = lock_dossier(session, nomination_id)  # nothing of it changes while it is written
    require_seen(dossier, eyes)
    with ZipFile(file, "w", ZIP_STORED) as archive:
        bundle = Bundle(archive)
        put_dossier(session, context, dossier, eyes, bundle)
        put_verdicts(context, dossier, eyes, bundle)
        put_past(session, dossier, eyes, bundle)
        put_letters(letters_seen(session, dossier, eyes), bundle)
        put_papers(session, dossier, eyes, bundle)
        put_contents(context, dossier, bundle)
    made = Made(entries=tuple(bundle.entries), withheld=tuple(bundle.withheld), **fingerprint(file))
    note_sight(session, context, dossier, eyes)
    public = {"nomination": dossier.id, "sha256": made.sha256, "sensitive": eyes.sees_sensitive(dossier.unit)}
    note_looked(session, context, "bundle:made", public)
    return made


def put_dossier(session: Session, context: Context, dossier: Dossier, eyes: Eyes, bundle: Bundle) -> None:
    """What the dossier says, and which papers it has."""
    view = nomination_view(session, context, dossier, eyes)
    attached = attachments_view(session, dossier, eyes)
    bundle.put("ho-so.json", "Nội dung hồ sơ", json_bytes({**view, "attachments": attached}))
    if view["withheld"]:
        bundle.withhold(f"ho-so.json: {', '.join(view['withheld'])}", SENSITIVE)


def put_verdicts(context: Context, dossier: Dossier, eyes: Eyes, bundle: Bundle) -> None:
    """What the rules find of it today, with citations."""
    try:
        verdicts = explained_view(context, dossier, eyes)
    except StateRefusedError as error:  # its own unit, once it was sent
        bundle.withhold("ra-soat.json", error.message)
        return
    bundle.put("ra-soat.json", f"Kết quả rà soát ngày {context.today:%d/%m/%Y}", json_bytes(verdicts))


def put_past(session: Session, dossier: Dossier, eyes: Eyes, bundle: Bundle) -> None:
    """What happened to it, with names; and for who sees everything, the chain of hashes that proves it."""
    past = history_of(session, dossier, only_roles=() if eyes.overview else OF_A_UNIT)
    bundle.put("nhat-ky.json", "Quá trình xử lý", json_bytes({"id": dossier.id, "trail": past}))
    if not eyes.overview:
        bundle.withhold("nhat-ky.jsonl và phần việc của các cơ quan", OF_THE_OFFICES)
        return
    chain = BytesIO()
    write_lines(chain, evidence_of(session, dossier.id))
    title = "Chuỗi mã băm của nhật ký; kiểm tra: ./vinhdanh audit verify nhat-ky.jsonl"
    bundle.put("nhat-ky.jsonl", title, chain.getvalue())


def put_letters(letters: list[LetterSeen], bundle: Bundle) -> None:
    """The letters as they were written, for a mail program."""
    for number, letter in enumerate(letters, 1):
        name = f"thu/{number:02}-{letter.kind}.eml"
        if letter.message is None:
            bundle.withhold(f"{name}: {letter.title}", SENSITIVE)
        else:
            bundle.put(name, f"{letter.title} ({letter.recipient or 'chưa có địa chỉ'})", letter.message)


def put_papers(session: Session, dossier: Dossier, eyes: Eyes, bundle: Bundle) -> None:
    """The files, under the names they were given."""
    for number, attached in enumerate(papers_seen(session, dossier, eyes), 1):
        folder = "giay-to" if attached.live else "giay-to-da-thay"
        name = f"{folder}/{number:02}-{attached.name}"
        bundle.copy(
            name,
            PAPER_LABELS[attached.paper],
            attached,
            lambda file, sha256=attached.sha256: write_content(session, sha256, file),  # type: ignore[misc]  # bound now
        )
    if not eyes.sees_sensitive(dossier.unit):
        for hidden in attachments_view(session, dossier, eyes):
            bundle.withhold(f"Giấy tờ: {hidden['label']} ({hidden['media']}, {hidden['size']} byte)", SENSITIVE)


def put_contents(context: Context, dossier: Dossier, bundle: Bundle) -> None:
    """What is in it and what is not: for people, then for programs."""
    lines = [
        f"Hồ sơ {dossier.id}: {dossier.name}",
        f"Đơn vị đề nghị: {dossier.unit_name} ({dossier.unit})",
        f"Đợt khen thưởng: {context.campaign.title} ({context.campaign.code})",
        "",
        "Trong gói này (SHA-256, số byte, tên tệp, nội dung):",
        *(f"{one.sha256}  {one.size:>9}  {one.name}  {one.title}" for one in bundle.entries),
    ]
    if bundle.withheld:
        lines += ["", "Không có trong gói này:", *(f"- {one.what}: {one.why}." for one in bundle.withheld)]
    bundle.put("MUC-LUC.txt", "Mục lục", ("\r\n".join(lines) + "\r\n").encode("utf-8-sig"))
    manifest: dict[str, Any] = {
        **FORMAT,
        "campaign": context.campaign.code,
        "nomination": dossier.id,
        "today": context.today.isoformat(),
        "entries": [asdict(one) for one in bundle.entries],
        "withheld": [asdict(one) for one in bundle.withheld],
    }
    bundle.put("manifest.json", "Mục lục cho chương trình", json_bytes(manifest))


def fingerprint(file: BinaryIO) -> dict[str, Any]:
    """Hash and length of the file as it was written."""
    file.seek(0)
    digest = hashlib.sha256()
    while part := file.read(AT_ONCE):
        digest.update(part)
    return {"sha256": digest.hexdigest(), "size": file.tell()}
