"""Ways to attach files in tests without waiting for the examiner's process."""

from pathlib import Path

from engine.files.apart import Examined
from engine.files.attachments import Outcome, attach, take_off
from engine.files.content import Media
from engine.files.examiner import examined
from engine.files.listing import attachments_of
from engine.files.names import clean_name
from engine.files.received import Upload
from rules.attached import Paper
from tests.engine.files import samples
from tests.world import World


def upload(folder: Path, content: bytes | None = None, paper: Paper = Paper.LETTER, name: str = "tờ trình") -> Upload:
    """A file that has arrived and was examined."""
    content = samples.pdf() if content is None else content
    path = folder / f"{len(list(folder.iterdir()))}.bin"
    path.write_bytes(content)
    found = examined(path)
    facts = Examined(media=Media(str(found["media"])), sha256=str(found["sha256"]), size=int(found["size"]))
    return Upload(paper=paper, name=clean_name(name, facts.media), path=path, examined=facts)


def attaching(world: World, who: str, ids: str | list[str], *uploads: Upload) -> tuple[Outcome, ...]:
    """Attach, as somebody."""
    with world.acting(who) as (session, context):
        return attach(session, context, [ids] if isinstance(ids, str) else ids, uploads)


def taking_off(world: World, who: str, identity: str, attachment: int | None = None) -> int:
    """Take a paper off (the oldest there), as somebody."""
    with world.acting(who) as (session, context):
        there = [one.id for one in attachments_of(session, identity) if one.live]
        return take_off(session, context, identity, there[0] if attachment is None else attachment)


def names_of(world: World, identity: str, *, live: bool = True) -> list[tuple[str, str]]:
    """(paper, name) of what is attached now, or of everything ever attached."""
    with world.database.transaction() as session:
        return [(one.paper.value, one.name) for one in attachments_of(session, identity) if one.live or not live]
