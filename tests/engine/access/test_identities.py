"""OpenID Connect: a provider's word opens exactly the account it means, and ever after only that."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace

import pytest

from engine.access import identities
from engine.access.identities import Claimed, Unmatched
from tests.engine.access.conftest import Door
from tests.world import ORIGIN

ISSUER = "https://dangnhap.bacninh.example"


def of(door: Door, subject: str = "7", email: str | None = None, *, verified: bool = True) -> Claimed:
    """What a provider says of somebody with the account's address, or another."""
    address = str(door.known().email) if email is None else email
    return Claimed(issuer=ISSUER, subject=f"{door.me}/{subject}", email=address, verified=verified)


def come(door: Door, claimed: Claimed) -> int | Unmatched:
    """Whom that means."""
    with door.world.database.transaction() as session:
        return identities.account_of(session, claimed, ORIGIN, door.now)


def test_first_by_verified_address_then_by_subject_whatever_the_address_becomes(door: Door) -> None:
    assert come(door, of(door)) == door.id()
    assert come(door, of(door, email="khac@bacninh.example")) == door.id()
    assert come(door, of(door, email="", verified=False)) == door.id()
    assert door.tags() == ["identity:linked"]
    entry = door.world.entries(f"account:{door.id()}")[-1]
    assert entry["issuer"] == ISSUER
    assert sorted(entry["committed"]) == ["subject", "vouched_email"], "who somebody is elsewhere is personal"
    assert door.problems() == []


def test_an_address_counts_in_any_case(door: Door) -> None:
    assert come(door, of(door, email=str(door.known().email).upper())) == door.id()
    assert door.problems() == []


@pytest.mark.parametrize("email", [None, "", "khong.co.ai@bacninh.example"])
def test_an_address_that_is_not_verified_missing_or_nobody_s_opens_nothing(door: Door, email: str | None) -> None:
    assert isinstance(come(door, of(door, email=email, verified=email is not None)), Unmatched)
    assert door.tags() == []


def test_an_address_of_two_accounts_means_neither(door: Door) -> None:
    address = str(door.known().email)
    door.world.change("UPDATE account SET email = :email WHERE id = :id", email=address, id=door.id(door.other))
    assert isinstance(come(door, of(door, email=address)), Unmatched)


def test_a_second_person_with_the_address_is_not_the_first(door: Door) -> None:
    assert come(door, of(door)) == door.id()
    refused = come(door, of(door, "8"))
    assert isinstance(refused, Unmatched)
    assert "gắn với người khác" in refused.message
    assert come(door, replace(of(door, "8"), issuer="https://khac.example")) == door.id(), "another provider is another"


def test_two_at_once_are_not_both_linked(door: Door) -> None:
    with ThreadPoolExecutor(4) as pool:
        answers = list(pool.map(lambda number: come(door, of(door, str(number))), range(4)))
    assert sum(answer == door.id() for answer in answers) == 1


@pytest.mark.parametrize(
    "change", ["UPDATE account SET active = false WHERE id = :id", "DELETE FROM account_role WHERE account_id = :id"]
)
@pytest.mark.parametrize("linked", [True, False])
def test_who_may_not_act_gets_in_nowhere(door: Door, change: str, linked: bool) -> None:  # noqa: FBT001 - an example
    claimed = of(door)
    if linked:
        assert come(door, claimed) == door.id()
    door.world.change(change, owner=True, id=door.id())
    assert isinstance(come(door, claimed), Unmatched)


def test_the_same_subject_of_another_issuer_is_somebody_else(door: Door) -> None:
    claimed = of(door)
    assert come(door, claimed) == door.id()
    stranger = replace(claimed, issuer="https://ke.gian.example", email="ke@gian.example")
    assert isinstance(come(door, stranger), Unmatched)


def test_an_identity_put_in_by_hand_is_noticed(door: Door) -> None:
    door.world.change(
        "INSERT INTO oidc_identity VALUES (:issuer, :me, :id, now())", issuer=ISSUER, me=door.me, id=door.id()
    )
    (problem,) = door.problems()
    assert "danh tính ở nơi đăng nhập chung đang lưu là" in problem
