"""What the API answers administrators: campaigns' files, units, accounts, delegations, alerts."""

from pydantic import Field

from rules.vocabulary import Role
from web.api.told import Told


class LoadedTold(Told):
    """A campaign that is loaded."""

    code: str
    title: str
    rehearsal: bool
    decided: bool
    dossiers: int


class AllLoadedTold(Told):
    """Every campaign, the newest first."""

    campaigns: list[LoadedTold]


class ConfigTold(Told):
    """A campaign's configuration as people read it (YAML)."""

    code: str
    content: str


class ChangedKey(Told):
    """One key of the file that would change; null where it is not there."""

    key: str
    before: str | None
    after: str | None


class ComparedTold(Told):
    """A file against what is loaded; `mark` is what loading it asks for, `refusal` why it would be refused."""

    code: str
    new: bool
    changes: list[ChangedKey]
    mark: str
    refusal: str | None


class FileLoadedTold(Told):
    """A file that was loaded, and whether that changed anything."""

    code: str
    changed: bool


class UnitTold(Told):
    """A unit, and how many accounts act there."""

    code: str
    name: str
    kind: str
    symbol: str
    nominates: bool
    note: str
    accounts: int


class UnitsTold(Told):
    """Every unit, those that nominate first."""

    units: list[UnitTold]


class ImportedTold(Told):
    """How many lines of a file added or changed something, and how many were known already."""

    imported: int
    unchanged: int


class RoleTold(Told):
    """A role and where it is held."""

    role: Role
    unit: str = Field(description="Tên đơn vị.")


class AccountTold(Told):
    """An account; `link_until` is how long a link to choose a password that was sent is still good."""

    id: int
    name: str
    email: str | None
    active: bool
    has_password: bool
    second_step: bool
    signed_in: str | None
    link_until: str | None
    roles: list[RoleTold]


class AccountsTold(Told):
    """One page of accounts by name; `after` asks for the next, null at the end."""

    accounts: list[AccountTold]
    after: str | None


class AccountChanged(Told):
    """An account after something was done to it; `link_until` where a link was sent."""

    id: int
    name: str
    link_until: str | None


class DelegationTold(Told):
    """A delegation, and where it stands today."""

    id: int
    giver: str
    taker: str
    since: str | None
    until: str
    over: bool
    ahead: bool


class DelegationsTold(Told):
    """The newest delegations, those that end last first."""

    delegations: list[DelegationTold]


class DelegationGiven(Told):
    """A delegation that was given."""

    giver: str
    taker: str
    until: str


class DelegationEnded(Told):
    """A delegation that was ended."""

    id: int


class CheckpointTold(Told):
    """A hash over the heads of every chain."""

    number: int
    hash: str
    at: str | None


class CheckRan(Told):
    """A check of the data, and when it ran last (null: never)."""

    label: str
    at: str | None
    checked: int
    problems: int


class AlertTold(Told):
    """Something that was found wrong, without the values."""

    id: int
    label: str
    raised_at: str
    cleared_at: str | None
    problems: list[str]


class SoundnessTold(Told):
    """What is known of the trail and the data; alerts that are over come too."""

    checkpoint: CheckpointTold | None
    checks: list[CheckRan]
    alerts: list[AlertTold]
