"""Every form that is sent is sent once more, byte for byte, as a proxy, a bookmark or a thumb would."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, Request

from tests.world import World

# Whatever changes anything is on the trail, but for a draft of what is typed; looking at a number is there as well.
TRACES = """
SELECT (SELECT count(*) FROM trail WHERE tag <> 'account:cccd:seen'), (SELECT count(*) FROM letter),
  (SELECT count(*) FROM finding), (SELECT count(*) FROM attachment),
  (SELECT json_agg(json_build_array(id, state, version, fields) ORDER BY id)::text FROM nomination),
  (SELECT json_agg(json_build_array(id, state, version) ORDER BY id)::text FROM decision)
"""


def traces(world: World) -> tuple[object, ...]:
    """What would be otherwise if anything had been done."""
    return tuple(world.query(TRACES)[0])


@dataclass
class Repeating:
    """Forms sent in windows, to be sent again."""

    world: World
    sent: list[tuple[BrowserContext, Request]] = field(default_factory=list)

    def watch(self, context: BrowserContext) -> None:
        """Remember what is sent from a window from now on."""
        context.on("request", lambda request: self.heard(context, request))

    def heard(self, context: BrowserContext, request: Request) -> None:
        """A request: remembered if it is a form's."""
        if request.method == "POST" and not request.url.endswith("/nhap"):
            self.sent.append((context, request))

    def again(self) -> list[tuple[str, int]]:
        """Send each of them once more; the end of its address and the answer's status. Nothing may change by it.

        Success says here that what was asked for is so already: the same number of a letter, the same points.
        """
        answers = []
        for context, request in self.sent:
            before = traces(self.world)
            answer = context.request.post(
                request.url,
                headers={"content-type": request.header_value("content-type") or ""},
                data=request.post_data_buffer or b"",
                max_redirects=0,
            )
            path = urlsplit(request.url).path
            assert traces(self.world) == before, path
            answers.append(("/".join(path.split("/")[3:]), answer.status))
        self.sent.clear()
        return answers
