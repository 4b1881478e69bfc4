"""What there is to read: the same data as the command line's, through the eyes of the token's account."""

from tests.web.conftest import As
from tests.world import CODE, World
from rules.vocabulary import Action, Kind, State


def test_a_campaign_at_a_glance(world: World, as_: As) -> None:
    world.advance(world.draft(), State.SELECTED)
    world.draft(unit="07330")
    shown = as_("reviewer").get(f"/campaigns/{CODE}")
    assert shown.status_code == 200
    assert shown.json()["code"] == CODE
    individual = next(one for one in shown.json()["categories"] if one["key"] == "individual")
    assert individual == {
        "key": "individual", "title": "Cá nhân", "limit": 2, "taken": 1, "states": {"draft": 1, "selected": 1},
    }  # fmt: skip


def test_one_dossier(world: World, as_: As) -> None:
    identity = world.draft()
    shown = as_("reviewer").get(f"/nominations/{identity}")
    assert (shown.status_code, shown.headers["etag"]) == (200, '"1"')
    assert shown.json()["fields"]["cccd"] == "099180000001"


def test_speed(world: World, as_: As) -> None:
    import time
    identity = world.draft()
    for what in (f"/nominations/{identity}", f"/nominations", "/campaigns/thu"):
        c = as_("reviewer")
        t=time.perf_counter()
        for _ in range(50): c.get(what)
        print(what, (time.perf_counter()-t)/50*1000)
    c=as_("observer")
    t=time.perf_counter()
    for _ in range(50): r=c.step(identity,"accept")
    print("step", r.status_code, r.text, (time.perf_counter()-t)/50*1000)
    r = as_("head-07282").step(identity,"submit")
    print(r.status_code, r.text)
    r = as_("reviewer").plan(CODE,"accept","submitted")
    print(r.status_code, r.text)
    for path in ("/healthz","/readyz"):
        print(as_(None).get(path).text)
    print(as_(None).get(f"/nominations").text)
    print(as_("reviewer").call("POST",f"/nominations/{identity}/steps",content=b"{}",headers={"Content-Type":"application/json"}).text)
    print(as_("reviewer").get(f"/campaigns/{CODE}/ranking").text)
    print(as_("reviewer").step(identity,"accpt", due="2025-13-13", x=1).text)
