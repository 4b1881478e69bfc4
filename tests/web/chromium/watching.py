"""What no page may do, watched while a test looks at something else: errors, policy violations, strange addresses."""

from dataclasses import dataclass, field
from urllib.parse import urlsplit

from playwright.sync_api import BrowserContext, ConsoleMessage, Dialog, Request, Response, WebError

# The browser tells of every answer that is no success; these are answers to people, which the test reads itself.
TOLD = ("401", "403", "404", "409", "413", "422", "429")
NOT_SUCCESS = "Failed to load resource: the server responded with a status of "
REPORT_VIOLATIONS = """
document.addEventListener("securitypolicyviolation", (event) =>
  console.error(`policy: ${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`));
"""


@dataclass
class Watch:
    """What went wrong in one browser context, by its own account."""

    host: str
    problems: list[str] = field(default_factory=list)
    dialogs: list[str] = field(default_factory=list)  # questions of the browser's own, which `answers` are given to
    answers: bool = True

    def begin(self, context: BrowserContext) -> None:
        """Watch every page of a context from now on."""
        context.add_init_script(REPORT_VIOLATIONS)
        context.on("console", self.said)
        context.on("weberror", self.failed)
        context.on("dialog", self.asked)
        context.on("request", self.requested)
        context.on("response", self.answered)

    def said(self, message: ConsoleMessage) -> None:
        """A line on the console."""
        if message.type not in {"error", "warning"}:
            return
        expected = message.text.removeprefix(NOT_SUCCESS).startswith(TOLD) and "/static/" not in message.location["url"]
        if not expected:
            self.problems.append(f"console: {message.text} ({message.location['url']})")

    def failed(self, error: WebError) -> None:
        """An exception nobody caught."""
        self.problems.append(f"script: {error.error}")

    def asked(self, dialog: Dialog) -> None:
        """A window of the browser's own: leaving a page with something typed may ask; nothing else may."""
        if dialog.type == "beforeunload":
            self.dialogs.append(dialog.message)
        else:
            self.problems.append(f"{dialog.type}: {dialog.message}")
        if self.answers:
            dialog.accept()
        else:
            dialog.dismiss()

    def requested(self, request: Request) -> None:
        """A request: to us, or inline data."""
        parts = urlsplit(request.url)
        if parts.scheme not in {"data", "blob"} and parts.netloc != self.host:
            self.problems.append(f"request to somebody else: {request.url}")

    def answered(self, response: Response) -> None:
        """An answer: never an error of ours."""
        if response.status >= 500:
            self.problems.append(f"{response.status}: {response.request.method} {response.url}")
