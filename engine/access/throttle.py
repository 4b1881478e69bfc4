"""Throttling: who fails often waits ever longer, by account and by address. Refused tries are not tried nor counted.

Nobody is locked out for long by a stranger: what is typed for an account makes others wait a minute at most, a browser
that the account was signed in from before is counted apart, and setting a new password by letter opens again.
"""

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from ipaddress import IPv6Address, ip_address, ip_network

from sqlalchemy import insert, text
from sqlmodel import Session

from models.portal import Attempt
from rules.text import nfc_folded

KEPT = timedelta(days=1)  # the longest window below
AT_ONCE = 200  # old rows taken out with each new one
HOME_NETWORK = 64  # bits of an IPv6 address that say whose network it is; the rest its owner chooses
LOCK = text("SELECT pg_advisory_xact_lock(hashtextextended(:key, 0))")
COUNT = text(
    "SELECT count(*) AS number, max(at) AS last FROM attempt WHERE kind = :kind AND key = :key AND at > :since"
)
FORGET = text("DELETE FROM attempt WHERE kind = :kind AND key = :key")
# By number, so that no index of times is needed: numbers and times grow together.
TIDY = text("DELETE FROM attempt WHERE at <= :old AND id < (SELECT min(id) FROM attempt) + :many")


@dataclass(frozen=True, slots=True)
class Limit:
    """So many `free` tries in a `window`; then a wait of `first`, each time twice as long, `longest` at most."""

    kind: str
    free: int
    first: timedelta
    longest: timedelta
    window: timedelta

    def wait_after(self, number: int) -> timedelta:
        """How long to wait after the `number`th try in the window."""
        doubled = min(max(number - self.free, 0), 20)
        return min(self.first * 2**doubled, self.longest) if number >= self.free else timedelta()


PASSWORDS = Limit("account", 5, timedelta(seconds=5), timedelta(minutes=1), timedelta(hours=1))
# Who knows the password guesses a number of six digits: two dozen tries a day, and no stranger gets here.
CODES = Limit("account", 5, timedelta(minutes=1), timedelta(hours=2), KEPT)
ADDRESSES = Limit("address", 30, timedelta(seconds=5), timedelta(minutes=15), timedelta(hours=1))
LETTERS = Limit("reset", 3, timedelta(minutes=10), timedelta(hours=1), KEPT)
LETTERS_FROM = Limit("reset", 10, timedelta(minutes=1), timedelta(minutes=15), timedelta(hours=1))


@dataclass(frozen=True, slots=True)
class Gate:
    """One limit for one account, browser or address; `key` is a hash, so that nothing here names anybody."""

    limit: Limit
    key: str


def gate(limit: Limit, *named: str) -> Gate:
    """The gate of whoever is named so."""
    return Gate(limit, hashlib.sha256("\0".join(named).encode("utf-8", "surrogatepass")).hexdigest())


def typed_gate(limit: Limit, typed: str) -> Gate:
    """The gate of an account by what was typed for it: as for an account that does not exist."""
    return gate(limit, "typed", nfc_folded(typed).casefold())


def address_gate(limit: Limit, address: str) -> Gate:
    """The gate of a network address; whoever has an IPv6 network has all its addresses."""
    try:
        known = ip_address(address)
    except ValueError:
        return gate(limit, "address", address)
    if isinstance(known, IPv6Address):
        known = known.ipv4_mapped or ip_network((known, HOME_NETWORK), strict=False).network_address
    return gate(limit, "address", str(known))


def closed_until(session: Session, gates: Iterable[Gate], now: datetime) -> datetime | None:
    """When to try again, or None if it may be tried now.

    The gates stay locked until the transaction ends, so that tries at the same moment count one after another.
    """
    moments = []
    for one in sorted(gates, key=lambda gate: (gate.limit.kind, gate.key)):
        session.execute(LOCK, {"key": f"attempt:{one.key}"})
        values = {"kind": one.limit.kind, "key": one.key, "since": now - one.limit.window}
        row = session.execute(COUNT, values).one()
        if row.number and row.last + one.limit.wait_after(row.number) > now:
            moments.append(row.last + one.limit.wait_after(row.number))
    return max(moments, default=None)


def note(session: Session, gates: Iterable[Gate], now: datetime) -> None:
    """Count a try that failed, or that costs a letter, and take out rows that count no more."""
    rows = [{"kind": one.limit.kind, "key": one.key, "at": now} for one in gates]
    session.execute(insert(Attempt), rows)
    session.execute(TIDY, {"old": now - KEPT, "many": AT_ONCE})


def forget(session: Session, *gates: Gate) -> None:
    """Begin anew for an account that has proved itself; never for an address."""
    for one in gates:
        session.execute(FORGET, {"kind": one.limit.kind, "key": one.key})
