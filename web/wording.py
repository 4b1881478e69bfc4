"""The engine's sentences as the portal says them."""

import re

OPTION = re.compile(r" \(--[^)]*\)")  # the command line's words for what a request calls otherwise
CODE = re.compile(r"\[[a-z_]+\.[a-z_]+\] ")  # a rule by its name, for programs; its sentence follows


def plainly(message: str) -> str:
    """A sentence without the options of the command line and the names of rules."""
    return CODE.sub("", OPTION.sub("", message))
