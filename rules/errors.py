"""The refusals and errors everything above the rules raises: they carry data, never a transport's codes."""

from collections.abc import Mapping, Sequence


class VinhDanhError(Exception):
    """Root of every error a person should read. `message` is a Vietnamese sentence."""

    code = "error"

    def __init__(self, message: str) -> None:
        """Keep the sentence."""
        super().__init__(message)
        self.message = message


class RefusedError(VinhDanhError):
    """A well-formed request that the rules refuse; nothing changed.

    `citations` are sentences naming document and article; `code` is one of
    rule, role, state, quota, duties, evidence, repeat.
    """

    code = "rule"

    def __init__(self, message: str, citations: Sequence[str] = ()) -> None:
        """Keep the sentence and the law behind it."""
        super().__init__(message)
        self.citations = tuple(citations)


class RuleRefusedError(RefusedError):
    """An eligibility rule does not pass."""

    code = "rule"


class RoleRefusedError(RefusedError):
    """The account does not hold the role the step asks for."""

    code = "role"


class StateRefusedError(RefusedError):
    """The life cycle has no such step from the present state."""

    code = "state"


class QuotaRefusedError(RefusedError):
    """No place is left in the category's quota."""

    code = "quota"


class DutiesRefusedError(RefusedError):
    """Separation of duties: the person is involved or carried another duty on the same dossier."""

    code = "duties"


class EvidenceRefusedError(RefusedError):
    """The step lacks what it must carry: a reason, a due date, a finding, a number."""

    code = "evidence"


class RepeatRefusedError(RefusedError):
    """A request under a key that already stands for another one."""

    code = "repeat"


class StaleError(VinhDanhError):
    """Somebody moved the same thing meanwhile; look again and repeat."""

    code = "stale"


class NotFoundError(VinhDanhError):
    """No such thing, or not visible to this account."""

    code = "not_found"


class MalformedError(VinhDanhError):
    """Input that cannot be read: a date that does not exist, an unknown field, a file that is no workbook."""

    code = "malformed"


class SchemaError(VinhDanhError):
    """The database has another schema than this program."""

    code = "schema"


class MalformedAnswersError(MalformedError):
    """Answers that cannot be read; `problems` by the key of the field."""

    def __init__(self, message: str, problems: Mapping[str, str]) -> None:
        """Keep every one."""
        super().__init__(message)
        self.problems = dict(problems)
