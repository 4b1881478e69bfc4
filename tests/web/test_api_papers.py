"""Papers over the API: sent as files, examined as the page's are, taken off, downloaded; and a dossier as a bundle."""

import hashlib
import json
import threading
import zipfile
from io import BytesIO
from typing import Any

import httpx
import pytest
from fastapi import FastAPI

from engine import audit
from rules.vocabulary import State
from tests.engine.files import samples
from tests.engine.files.attaching import names_of
from tests.web.client import DAY, V1, Caller
from tests.web.conftest import As
from tests.world import World

OFFICER, OTHER = "officer-07282", "officer-07330"
MEGABYTE = 1024 * 1024
PNG = "image/png"
EDGE = {"Content-Type": "multipart/form-data; boundary=edge"}
File = tuple[str, tuple[str, bytes, str]]


def letter(content: bytes, name: str = "tờ trình.pdf", paper: str = "letter") -> File:
    return (paper, (name, content, "application/pdf"))


def send(caller: Caller, identity: str, *files: File, **more: Any) -> httpx.Response:  # noqa: ANN401 - httpx's options
    """The files as one form, in the rehearsal's day."""
    data = {"today": DAY, **more.pop("data", {})}
    return caller.call("POST", f"/nominations/{identity}/papers", files=list(files), data=data, **more)


def papers(caller: Caller, identity: str) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = caller.get(f"/nominations/{identity}/papers").json()["papers"]
    return found


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def stored(world: World, content: bytes) -> bool:
    return bool(world.query("SELECT 1 FROM file WHERE sha256 = :sha256", sha256=digest(content)))


def assert_whole(world: World) -> None:
    with world.database.transaction() as session:
        assert list(audit.verify(session).problems) == []


def test_several_papers_are_attached_at_once_and_to_other_dossiers_of_the_unit(as_: As, world: World) -> None:
    one, other = world.draft(), world.draft()
    files = [letter(samples.pdf(2), "Tờ trình 14.pdf"), letter(samples.docx(), "giấy.html", "other")]
    answer = send(as_(OFFICER), one, *files, data={"also": [other]})
    assert (answer.status_code, answer.json()) == (200, {"id": one, "version": 2})
    assert answer.headers["etag"] == '"2"'
    for identity in (one, other):
        assert names_of(world, identity) == [("letter", "Tờ trình 14.pdf"), ("other", "giấy.html.docx")]
        entry = world.entries(identity)[-1]
        assert (entry["tag"], entry["channel"], entry["today"]) == ("nomination:paper:attached", "api", DAY)
    again = send(as_(OFFICER), one, letter(samples.pdf(2)))
    assert again.json() == {"id": one, "version": 2}
    assert_whole(world)


def test_one_key_attaches_once_and_stands_for_these_files_only(as_: As, world: World) -> None:
    one = world.draft()
    key = {"Idempotency-Key": "papers-1"}
    first = send(as_(OFFICER), one, letter(samples.pdf(3)), headers=key)
    (there,) = papers(as_(OFFICER), one)
    removed = as_(OFFICER).post(f"/nominations/{one}/papers/{there['id']}/removal", {"today": DAY})
    assert removed.json() == {"id": one, "version": 3}
    replayed = send(as_(OFFICER), one, letter(samples.pdf(3)), headers=key)
    assert (replayed.status_code, replayed.json()) == (200, first.json())
    assert replayed.headers["idempotency-replayed"] == "true"
    assert names_of(world, one) == []
    assert len(world.entries(one)) == 3
    other = send(as_(OFFICER), one, letter(samples.pdf(4)), headers=key)
    assert (other.status_code, other.json()["refused"]) == (409, "repeat")
    assert not stored(world, samples.pdf(4))


def test_a_version_that_is_no_more_is_refused(as_: As, world: World) -> None:
    one = world.draft()
    assert send(as_(OFFICER), one, letter(samples.pdf(5)), headers={"If-Match": '"7"'}).status_code == 412
    assert names_of(world, one) == []
    assert send(as_(OFFICER), one, letter(samples.pdf(5)), headers={"If-Match": '"1"'}).status_code == 200


def test_one_hostile_file_stops_all_and_is_named(as_: As, world: World) -> None:
    one, good = world.draft(), samples.png(301, 20)
    answer = send(
        as_(OFFICER),
        one,
        letter(samples.in_catalogue(OpenAction=samples.script()), "tờ trình.pdf"),
        letter(b"<!doctype html><script>alert(1)</script>", "b.pdf", "minutes"),
        letter(good, "ảnh.png", "other"),
    )
    assert answer.status_code == 422
    message = answer.json()["message"]
    assert "letter, “tờ trình.pdf”" in message
    assert "mã lệnh" in message
    assert "minutes, “b.pdf”" in message
    assert "không thuộc loại được nhận" in message
    assert names_of(world, one) == []
    assert not stored(world, good)


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"files": [("cover", ("a.pdf", samples.pdf(), "application/pdf"))]}, "có trường không nhận"),
        ({"files": [letter(samples.pdf())], "data": {"reason": "x"}}, "có trường không nhận"),
        ({"files": [letter(samples.pdf())], "data": {"today": "20/11/2025"}}, "dạng yyyy-mm-dd"),
        ({"files": [letter(samples.pdf())], "data": {"also": ["x" * 201]}}, "also"),
        ({"files": [("also", ("a.pdf", b"x", "text/plain"))]}, "có trường không nhận"),
        ({"files": [("letter", (None, b"words", "text/plain"))]}, "có trường không nhận"),
        ({"content": b"--edge--\r\n", "headers": EDGE}, "Chưa chọn tệp nào"),
        ({"content": b"not a form", "headers": EDGE}, ""),
        ({"content": b"", "headers": {"Content-Type": "multipart/form-data"}}, "Không đọc được biểu mẫu"),
    ],
)
def test_a_form_of_another_shape_is_refused(as_: As, world: World, form: dict[str, Any], said: str) -> None:
    one = world.draft()
    answer = as_(OFFICER).call("POST", f"/nominations/{one}/papers", **form)
    assert answer.status_code == 422
    assert said in answer.json()["message"]
    assert len(world.entries(one)) == 1


def test_only_papers_come_as_files_and_they_come_no_other_way(as_: As, world: World) -> None:
    one = world.draft()
    officer = as_(OFFICER)
    as_json = officer.post(f"/nominations/{one}/papers", {"letter": "x"})
    assert as_json.status_code == 415
    assert "multipart/form-data" in as_json.json()["message"]
    as_form = officer.call("POST", f"/nominations/{one}/fields", files=[letter(samples.pdf())])
    assert as_form.status_code == 415
    assert "application/json" in as_form.json()["message"]
    large = officer.call("POST", f"/nominations/{one}/papers", content=bytes(62 * MEGABYTE), headers=EDGE)
    assert large.status_code == 413
    assert officer.call("POST", f"/nominations/{one}/papers/1/removal", content=bytes(MEGABYTE)).status_code == 413


def test_who_may_not_send_is_told_before_the_body_is_read(as_: As, world: World) -> None:
    """The body is no form: were it read, that is what would be said."""
    mine, sent = world.draft(), world.advance(world.draft(), State.SUBMITTED)
    for who, identity, status in (
        (None, mine, 401),
        (OTHER, mine, 404),
        (OFFICER, "ZZZZZZZZ", 404),
        ("observer", mine, 403),
        ("reviewer", mine, 403),
        (OFFICER, sent, 409),
    ):
        answer = as_(who).call("POST", f"/nominations/{identity}/papers", content=b"no form", headers=EDGE)
        assert (who, answer.status_code) == (who, status)
    others, none = (
        as_(OTHER).call("POST", f"/nominations/{one}/papers", content=b"no form", headers=EDGE).json()
        for one in (mine, "ZZZZZZZZ")
    )
    assert str(others).replace(mine, "ID") == str(none).replace("ZZZZZZZZ", "ID")


def test_another_units_dossier_is_none_among_also(as_: As, world: World) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    content = samples.pdf(6)
    refused = send(as_(OFFICER), mine, letter(content), data={"also": [theirs]})
    unknown = send(as_(OFFICER), mine, letter(content), data={"also": ["ZZZZZZZZ"]})
    assert (refused.status_code, unknown.status_code) == (404, 404)
    assert str(refused.json()).replace(theirs, "ID") == str(unknown.json()).replace("ZZZZZZZZ", "ID")
    assert (names_of(world, mine), names_of(world, theirs), stored(world, content)) == ([], [], False)


def test_a_paper_is_downloaded_safely_by_those_who_may_read_it(as_: As, world: World) -> None:
    one, content = world.draft(), samples.png(320, 30)
    send(as_(OFFICER), one, letter(content, "ảnh “mật”.png", "other"))
    (there,) = papers(as_(OFFICER), one)
    path = f"/nominations/{one}/papers/{there['id']}"
    for who in (OFFICER, "reviewer", "appraiser"):
        answer = as_(who).get(path)
        assert (answer.status_code, answer.content) == (200, content)
        assert answer.headers["content-type"] == PNG
        assert answer.headers["content-disposition"].startswith("attachment; ")
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert answer.headers["etag"] == f'"{digest(content)}"'
    reader = world.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    entry = world.entries(f"account:{reader}")[-1]
    assert (entry["tag"], entry["nomination"], entry["channel"]) == ("account:paper:read", one, "api")
    known = as_(OFFICER).call("GET", path, headers={"If-None-Match": f'"{digest(content)}"'})
    assert (known.status_code, known.content) == (304, b"")
    for who in ("observer", "admin", "clerk"):
        refused = as_(who).get(path)
        assert refused.status_code == 403
        assert "ảnh" not in refused.text
    assert_whole(world)


def test_another_units_paper_is_the_same_404_as_none(as_: As, world: World) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    send(as_(OFFICER), mine, letter(samples.pdf(7)))
    (there,) = papers(as_(OFFICER), mine)
    told = set()
    for who, identity, paper in (
        (OTHER, mine, there["id"]),
        (OTHER, mine, 10**12),
        (OTHER, "ZZZZZZZZ", there["id"]),
    ):
        for answer in (
            as_(who).get(f"/nominations/{identity}/papers/{paper}"),
            as_(who).post(f"/nominations/{identity}/papers/{paper}/removal", {}),
            as_(who).get(f"/nominations/{identity}/bundle"),
        ):
            told.add((answer.status_code, answer.text.replace(identity, "ID")))
    assert len(told) == 1
    own = as_(OTHER).get(f"/nominations/{theirs}/papers/{there['id']}")
    assert (own.status_code, own.json()["error"]) == (404, "not_found")
    assert as_(OTHER).post(f"/nominations/{theirs}/papers/{there['id']}/removal", {}).status_code == 404
    assert len(names_of(world, mine)) == 1


def test_papers_are_taken_off_by_who_may_change_them(as_: As, world: World) -> None:
    one = world.draft()
    send(as_(OFFICER), one, letter(samples.pdf(8)))
    (there,) = papers(as_(OFFICER), one)
    path = f"/nominations/{one}/papers/{there['id']}/removal"
    for who in ("reviewer", "observer", "admin"):
        assert (who, as_(who).post(path, {"today": DAY}).status_code) == (who, 403)
    assert as_(OFFICER).post(path, {"today": DAY}, If_Match='"1"').status_code == 412
    assert len(names_of(world, one)) == 1
    key = {"Idempotency_Key": "off-1"}
    answers = [as_(OFFICER).post(path, {"today": DAY}, **key).json() for _ in range(2)]
    assert answers == [{"id": one, "version": 3}] * 2
    assert names_of(world, one) == []
    assert as_(OFFICER).post(path, {"today": DAY}).status_code == 404
    assert as_(OFFICER).get(path.removesuffix("/removal")).status_code == 404
    assert_whole(world)


def test_a_bundle_holds_what_its_reader_may_see(as_: As, world: World) -> None:
    cccd = "099180777781"
    one = world.draft(cccd=cccd)
    send(as_(OFFICER), one, letter(samples.pdf(9), "kỷ luật ông Mẫu.pdf"))
    whole, part = (as_(who).get(f"/nominations/{one}/bundle") for who in (OFFICER, "observer"))
    for answer in (whole, part):
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="ho-so-{one}.zip"')
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert answer.headers["etag"] == f'"{digest(answer.content)}"'
    with zipfile.ZipFile(BytesIO(whole.content)) as archive:
        assert archive.read("giay-to/01-kỷ luật ông Mẫu.pdf") == samples.pdf(9)
        assert cccd in archive.read("ho-so.json").decode()
    with zipfile.ZipFile(BytesIO(part.content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        assert json.loads(archive.read("manifest.json"))["withheld"]
    assert cccd not in everything
    assert "kỷ luật ông Mẫu" not in everything
    observer = world.query("SELECT id FROM account WHERE name = 'observer'")[0].id
    assert world.entries(f"account:{observer}")[-1]["tag"] == "account:bundle:made"
    assert_whole(world)


def test_a_slow_body_holds_no_connection(as_: As, world: World, app: FastAPI) -> None:
    one, wait, begun = world.draft(), threading.Event(), threading.Event()
    officer = as_(OFFICER)
    answers: list[int] = []

    def slowly() -> Any:  # noqa: ANN401 - a generator for httpx
        yield b'--edge\r\nContent-Disposition: form-data; name="letter"; filename="a.png"\r\n\r\n'
        begun.set()
        wait.wait(30)
        yield samples.png(330, 10) + b"\r\n--edge--\r\n"

    def sender() -> None:
        headers = {**EDGE, "Authorization": f"Bearer {officer.token}"}
        with httpx.Client(base_url=officer.portal.http.base_url, trust_env=False, timeout=60) as client:
            path = f"{V1}/nominations/{one}/papers"
            answers.append(client.post(path, content=slowly(), headers=headers).status_code)

    officer.portal.app.state.database = world.database
    thread = threading.Thread(target=sender)
    thread.start()
    try:
        assert begun.wait(30)
        for _ in range(300):
            if app.state.doorway.coming.total() == 1:
                break
            threading.Event().wait(0.05)
        assert app.state.doorway.coming.total() == 1
        assert world.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool
    finally:
        wait.set()
        thread.join()
    assert answers == [200]
    assert names_of(world, one) == [("letter", "a.png")]
