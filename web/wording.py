"""The engine's sentences as the portal says them."""

import re

OPTION = re.compile(r" \(--[^)]*\)")  # the command line's words for what a request calls otherwise


def plainly(message: str) -> str:
    """A sentence without the options of the command line."""
    return OPTION.sub("", message)
