"""Papers over HTTP: sent from a page, hostile ones refused there, handed out as downloads and nothing else."""

import hashlib
import json
import threading
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path
from typing import Any
from urllib.parse import unquote

import httpx
import pytest
from fastapi import FastAPI

from rules.attached import Paper
from rules.vocabulary import Action, Role, State
from tests.engine.files import samples
from tests.engine.files.attaching import attaching, names_of, upload
from tests.web.browser import Browser, Page
from tests.web.conftest import At
from tests.web.counting import asked
from tests.world import World
from web import arriving

OFFICER, HEAD, OTHER = "officer-07282", "head-07282", "officer-07330"
MEGABYTE = 1024 * 1024
File = tuple[str, bytes, str]


def send(who: Browser, identity: str, *files: tuple[str, File], also: list[str] | None = None) -> Page:
    """The upload form of the dossier's page, with these (field, file) chosen in it."""
    form = who.get(f"/ho-so/{identity}").form("/giay-to")
    assert form.get("enctype") == "multipart/form-data"
    fields = {"_csrf": form.fields["_csrf"], "also": also or []}
    return who.post(form.action, fields, files=list(files))


def chosen(content: bytes, name: str = "tờ trình.pdf", media: str = "application/pdf") -> File:
    return (name, content, media)


def stored(world: World) -> set[str]:
    return {row.sha256 for row in world.query("SELECT sha256 FROM file")}


def digest(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def fetch(who: Browser, path: str, **headers: str) -> httpx.Response:
    who.portal.app.state.database = who.world.database
    return who.client.get(path, headers={name.replace("_", "-"): value for name, value in headers.items()})


def links(page: Page) -> list[str]:
    return [str(found) for found in page.all("//section[@id='giay-to']//a/@href")]


def test_a_unit_sends_several_papers_at_once(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    page = shared_at(OFFICER).get(f"/ho-so/{identity}")
    assert "Chưa có tệp nào." in page.text
    assert [label.text for label in page.all("//section[@id='giay-to']//label[@class='form-label']")] == [
        "Tờ trình",
        "Biên bản họp xét",
        "Báo cáo thành tích có xác nhận",
        "Giấy tờ khác",
    ]
    page = send(
        shared_at(OFFICER),
        identity,
        ("letter", chosen(samples.pdf(2), "Tờ trình 14.pdf")),
        ("other", chosen(samples.jpeg(), "ảnh 1.jpg", "image/jpeg")),
        ("other", chosen(samples.docx(), "giấy xác nhận.docx", samples.DOCX)),
    )
    assert page.status == 200
    assert "Đã đính kèm “Tờ trình 14.pdf”, “ảnh 1.jpg”, “giấy xác nhận.docx”." in page.text
    assert names_of(shared_world, identity) == [
        ("letter", "Tờ trình 14.pdf"),
        ("other", "ảnh 1.jpg"),
        ("other", "giấy xác nhận.docx"),
    ]
    assert len(links(page)) == 3
    again = send(shared_at(HEAD), identity, ("letter", chosen(samples.pdf(2))))
    assert "đã có các tệp này" in again.text
    assert len(shared_world.entries(identity)) == 2


def test_what_the_name_and_the_browser_say_of_the_type_is_not_believed(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    send(shared_at(OFFICER), identity, ("minutes", chosen(samples.pdf(), "a.html", "text/html")))
    assert names_of(shared_world, identity) == [("minutes", "a.html.pdf")]
    (path,) = links(shared_at(OFFICER).get(f"/ho-so/{identity}"))
    assert fetch(shared_at(OFFICER), path).headers["content-type"] == "application/pdf"


HOSTILE: dict[str, tuple[Callable[[], bytes], str]] = {
    "svg as png": (lambda: b'<svg xmlns="http://www.w3.org/2000/svg"/>', "không thuộc loại được nhận"),
    "html as pdf": (lambda: b"<!doctype html><script>alert(1)</script>", "không thuộc loại được nhận"),
    "js before pdf": (lambda: b"alert(1)//" + samples.pdf(), "không thuộc loại được nhận"),
    "pdf and zip": (lambda: samples.pdf() + samples.archive(a=b"a"), "gắn thêm"),
    "pdf with a script": (lambda: samples.in_catalogue(OpenAction=samples.script()), "mã lệnh"),
    "pdf under a password": (lambda: samples.pdf_with(lambda w: w.encrypt("secret")), "mật khẩu"),
    "pdf with a file": (lambda: samples.pdf_with(lambda w: w.add_attachment("a.exe", b"MZ")), "đính kèm bên trong"),
    "png bomb": (samples.png_bomb, "quá lớn"),
    "docx with a macro": (lambda: samples.docx_with({"word/vbaProject.bin": b"x"}), "có macro"),
    "docx with a template elsewhere": (
        lambda: samples.docx_linking("attachedTemplate", "http://evil.example/a.dotm"),
        "bên ngoài",
    ),
    "docx bomb": (lambda: samples.docx_with({"word/media/a.png": bytes(190 * MEGABYTE)}), "bom nén"),
    "cut off": (lambda: samples.pdf(5)[:600], "bị cắt"),
    "empty": (lambda: b"", "Tệp rỗng"),
    "a byte too many": (lambda: samples.pdf() + bytes(20 * MEGABYTE + 1 - len(samples.pdf())), "lớn hơn 20 MB"),
}


@pytest.mark.parametrize("kind", HOSTILE)
def test_a_hostile_file_is_refused_beside_its_field_and_the_others_stand(
    shared_at: At, shared_world: World, kind: str
) -> None:
    make, said = HOSTILE[kind]
    identity, content = shared_world.draft(), make()
    good = samples.png(300 + list(HOSTILE).index(kind), 20)
    page = send(
        shared_at(OFFICER),
        identity,
        ("letter", chosen(content, "tờ <b>trình</b>.png", "image/png")),
        ("other", chosen(good, "ảnh.png", "image/png")),
    )
    assert page.status == 422
    (alert,) = page.alerts
    assert "Có tệp không được nhận" in alert
    assert page.all("//*[@role='status']")[0].text_content() == "Đã đính kèm “ảnh.png”."
    (field,) = page.all("//input[@id='paper-letter']")
    assert field.get("aria-invalid") == "true"
    (message,) = page.all("//*[@id='paper-letter-refused']")
    assert "paper-letter-refused" in field.get("aria-describedby").split()
    assert said in message.text_content()
    assert "“tờ <b>trình</b>.png”" in message.text_content()
    assert not page.all("//input[@id='paper-other'][@aria-invalid]")
    assert names_of(shared_world, identity) == [("other", "ảnh.png")]
    assert digest(content) not in stored(shared_world)
    assert digest(good) in stored(shared_world)


def test_a_form_without_files_is_told_so(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    page = send(shared_at(OFFICER), identity, ("letter", ("", b"", "application/octet-stream")))
    assert page.status == 422
    assert "Chưa chọn tệp nào." in page.alerts[0]
    assert len(shared_world.entries(identity)) == 1


def test_one_letter_for_several_dossiers_of_the_unit(shared_at: At, shared_world: World) -> None:
    first, second, third = (shared_world.draft() for _ in range(3))
    sent = shared_world.advance(shared_world.draft(), State.SUBMITTED)
    theirs = shared_world.draft(unit="07330")
    page = shared_at(OFFICER).get(f"/ho-so/{first}")
    offered = set(page.all("//input[@name='also']/@value"))
    assert {second, third} <= offered
    assert offered.isdisjoint({first, sent, theirs})
    page = send(shared_at(OFFICER), first, ("letter", chosen(samples.pdf(6), "chung.pdf")), also=[second])
    assert "vào 2 hồ sơ" in page.text
    assert [names_of(shared_world, one) for one in (first, second, third)] == [
        [("letter", "chung.pdf")],
        [("letter", "chung.pdf")],
        [],
    ]
    before = len(shared_world.entries(first))
    for other, status in ((theirs, 404), (sent, 409), ("ABCDEFGH", 404)):
        page = send(shared_at(OFFICER), first, ("other", chosen(samples.jpeg())), also=[other])
        assert page.status == status
        assert page.alerts
    assert len(shared_world.entries(first)) == before
    assert names_of(shared_world, theirs) == []


def test_another_units_dossier_takes_nothing_and_tells_nothing(shared_at: At, shared_world: World) -> None:
    mine, theirs = shared_world.draft(), shared_world.draft(unit="07330")
    attached = samples.pdf(8)
    send(shared_at(OTHER), theirs, ("letter", chosen(attached, "bí mật.pdf")))
    (path,) = links(shared_at(OTHER).get(f"/ho-so/{theirs}"))
    token = shared_at(OFFICER).get(f"/ho-so/{mine}").form("/giay-to").fields["_csrf"]
    content = samples.pdf(9)
    nowhere = {}
    for identity in (theirs, "ABCDEFGH"):
        page = shared_at(OFFICER).post(
            f"/ho-so/{identity}/giay-to", {"_csrf": token}, files=[("letter", chosen(content))]
        )
        assert page.status == 404
        nowhere[identity] = page.text.replace(identity, "…")
    assert len(set(nowhere.values())) == 1
    assert digest(content) not in stored(shared_world)
    for address in (path, path.replace(theirs, mine), f"/ho-so/{mine}/giay-to/99999", f"/ho-so/{mine}/giay-to/x"):
        answer = fetch(shared_at(OFFICER), address)
        assert answer.status_code == 404
        assert "bí mật" not in answer.text
    for address in (f"{path}/go", f"/ho-so/{theirs}/goi"):
        assert shared_at(OFFICER).post(address, {"_csrf": token}).status == 404
    assert names_of(shared_world, theirs) == [("letter", "bí mật.pdf")]


@pytest.mark.parametrize(
    ("who", "status"),
    [("reviewer", 403), ("appraiser", 403), ("observer", 403), ("admin", 403), ("clerk", 403)],
)
def test_who_may_not_attach_is_refused_before_the_body(
    shared_at: At, shared_world: World, who: str, status: int
) -> None:
    identity = shared_world.draft()
    someone = shared_at(who)
    page = someone.get(f"/ho-so/{identity}")
    assert not [form for form in page.tree.forms if (form.action or "").endswith("/giay-to")]
    token = someone.get("/").form("/dang-xuat").fields["_csrf"]
    content = samples.pdf(10)
    page = someone.post(f"/ho-so/{identity}/giay-to", {"_csrf": token}, files=[("letter", chosen(content))])
    assert page.status == status
    assert digest(content) not in stored(shared_world)
    assert len(shared_world.entries(identity)) == 1


def test_what_was_sent_takes_nothing_more_under_one_neutral_label(shared_at: At, shared_world: World) -> None:
    said = set()
    for state in (State.IN_REVIEW, State.SELECTED, State.APPROVED):
        identity = shared_world.draft()
        send(shared_at(OFFICER), identity, ("letter", chosen(samples.pdf())))
        shared_world.advance(identity, state)
        page = shared_at(OFFICER).get(f"/ho-so/{identity}")
        assert not [form for form in page.tree.forms if "giay-to" in (form.action or "")]
        (path,) = links(page)
        token = page.form("/dang-xuat").fields["_csrf"]
        for address in (f"/ho-so/{identity}/giay-to", f"{path}/go"):
            files: dict[str, Any] = {} if address.endswith("/go") else {"files": [("other", chosen(samples.jpeg()))]}
            answer = shared_at(OFFICER).post(address, {"_csrf": token}, **files)
            assert answer.status == 409
            said.add(answer.text.partition("Hồ sơ ở trạng thái “")[2].partition("”")[0])
        assert names_of(shared_world, identity) == [("letter", "tờ trình.pdf")]
    assert said == {"Đang xem xét"}


def test_a_paper_is_taken_off_and_may_be_sent_again(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    page = send(shared_at(OFFICER), identity, ("letter", chosen(samples.pdf())))
    page = shared_at(HEAD).send(shared_at(HEAD).get(f"/ho-so/{identity}"), "/go")
    assert "Đã gỡ giấy tờ." in page.text
    assert names_of(shared_world, identity) == []
    stale = shared_at(OFFICER).post(
        f"/ho-so/{identity}/giay-to/1/go", {"_csrf": shared_at(OFFICER).get("/").form("/dang-xuat").fields["_csrf"]}
    )
    assert stale.status == 404
    page = send(shared_at(OFFICER), identity, ("letter", chosen(samples.pdf())))
    assert names_of(shared_world, identity) == [("letter", "tờ trình.pdf")]


def test_a_download_is_nothing_but_a_download(shared_at: At, shared_world: World) -> None:
    identity, content = shared_world.draft(), samples.pdf(11)
    name = 'Tờ trình "14"; số\\5 ảnh.pdf'
    send(shared_at(OFFICER), identity, ("letter", chosen(content, name)))
    (path,) = links(shared_at(OFFICER).get(f"/ho-so/{identity}"))
    answer = fetch(shared_at(OFFICER), path)
    assert answer.status_code == 200
    assert answer.content == content
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["content-length"] == str(len(content))
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "sandbox; default-src 'none'; frame-ancestors 'none'"
    assert answer.headers["cross-origin-resource-policy"] == "same-origin"
    assert answer.headers["cache-control"] == "no-store"
    plain, _, extended = answer.headers["content-disposition"].partition("; filename*=UTF-8''")
    assert plain == 'attachment; filename="5 _nh.pdf"'
    assert unquote(extended) == "5 ảnh.pdf"
    tag = answer.headers["etag"]
    assert tag == f'"{digest(content)}"'
    known = fetch(shared_at(OFFICER), path, If_None_Match=tag)
    assert (known.status_code, known.content) == (304, b"")
    assert fetch(shared_at(OFFICER), path, If_None_Match='"other"').content == content


def test_what_an_office_downloads_is_on_its_trail(shared_at: At, shared_world: World) -> None:
    identity, content = shared_world.draft(), samples.pdf(12)
    send(shared_at(OFFICER), identity, ("letter", chosen(content)))
    (path,) = links(shared_at("reviewer").get(f"/ho-so/{identity}"))
    reader = shared_world.query("SELECT id FROM account WHERE name = 'reviewer'")[0].id
    assert fetch(shared_at("reviewer"), path).content == content
    entry = shared_world.entries(f"account:{reader}")[-1]
    assert (entry["tag"], entry["nomination"], entry["sha256"], entry["channel"]) == (
        "account:paper:read",
        identity,
        digest(content),
        "web",
    )


@pytest.mark.parametrize("who", ["observer", "admin", "clerk"])
def test_onlookers_see_that_there_is_a_paper_and_get_a_bundle_without_it(
    shared_at: At, shared_world: World, who: str
) -> None:
    cccd = {"observer": "099180777771", "admin": "099180777772", "clerk": "099180777773"}[who]
    identity = shared_world.draft(cccd=cccd)
    send(shared_at(OFFICER), identity, ("letter", chosen(samples.pdf(), "kỷ luật ông Mẫu.pdf")))
    page = shared_at(who).get(f"/ho-so/{identity}")
    assert "Tờ trình: có tệp, nội dung không hiển thị cho tài khoản này (PDF, 1 KB)" in page.text
    assert "kỷ luật ông Mẫu" not in page.answer.text
    assert links(page) == []
    (path,) = links(shared_at(OFFICER).get(f"/ho-so/{identity}"))
    refused = fetch(shared_at(who), path)
    assert refused.status_code == 403
    assert refused.headers["content-type"].startswith("text/html")
    answer = bundle(shared_at(who), identity)
    with zipfile.ZipFile(BytesIO(answer.content)) as archive:
        everything = b"".join(archive.read(name) for name in archive.namelist()).decode("utf-8", "replace")
        assert json.loads(archive.read("manifest.json"))["withheld"]
    assert cccd not in everything
    assert "kỷ luật ông Mẫu" not in everything


def bundle(who: Browser, identity: str) -> httpx.Response:
    """The bundle, by the button of the page."""
    form = who.get(f"/ho-so/{identity}").form("/goi")
    assert form.get("data-download") is not None
    who.portal.app.state.database = who.world.database
    return who.client.post(form.action, data=dict(form.form_values()))


def test_a_bundle_is_downloaded_by_who_sees_the_dossier(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    send(shared_at(OFFICER), identity, ("letter", chosen(samples.pdf(13), "Tờ trình 14.pdf")))
    for who in (OFFICER, "reviewer"):
        answer = bundle(shared_at(who), identity)
        assert answer.status_code == 200
        assert answer.headers["content-type"] == "application/zip"
        assert answer.headers["content-disposition"].startswith(f'attachment; filename="ho-so-{identity}.zip"')
        assert answer.headers["content-security-policy"].startswith("sandbox;")
        assert answer.headers["etag"] == f'"{digest(answer.content)}"'
        with zipfile.ZipFile(BytesIO(answer.content)) as archive:
            assert archive.read("giay-to/01-Tờ trình 14.pdf") == samples.pdf(13)
    shared_at(OFFICER).portal.app.state.database = shared_world.database
    assert shared_at(OFFICER).client.get(f"/ho-so/{identity}/goi").status_code == 405
    forged = shared_at(OFFICER).post(f"/ho-so/{identity}/goi", {"_csrf": "other"})
    assert forged.status == 409


def test_the_review_office_sends_papers_for_what_it_enters(shared_at: At, shared_world: World) -> None:
    entered = shared_world.draft_by("reviewer")
    page = send(shared_at("reviewer"), entered, ("letter", chosen(samples.pdf())))
    assert page.status == 200
    assert names_of(shared_world, entered) == [("letter", "tờ trình.pdf")]
    assert not page.all("//input[@name='also']")


def endless(size: int) -> Iterator[bytes]:
    """The beginning of a form with a file of so many bytes, and nothing of its length in any header."""
    yield b'--edge\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\n\r\n%PDF-1.7\n'
    for _ in range(size // MEGABYTE):
        yield bytes(MEGABYTE)
    yield b"\r\n--edge--\r\n"


MULTIPART = {"Content-Type": "multipart/form-data; boundary=edge"}


def raw(who: Browser, path: str, content: Any, headers: dict[str, str]) -> httpx.Response:  # noqa: ANN401 - httpx's
    who.portal.app.state.database = who.world.database
    return who.client.post(path, content=content, headers=headers)


def test_too_large_a_form_is_refused_by_its_header_and_by_its_length(shared_at: At, shared_world: World) -> None:
    identity = shared_world.draft()
    before = stored(shared_world)
    body = b"".join(endless(62 * MEGABYTE))
    for content in (body, endless(62 * MEGABYTE)):
        answer = raw(shared_at(OFFICER), f"/ho-so/{identity}/giay-to", content, MULTIPART)
        assert answer.status_code == 413
        assert "Các tệp gửi một lần vượt quá 60 MB" in answer.text
        assert answer.headers["content-type"].startswith("text/html")
    assert stored(shared_world) == before


@pytest.mark.parametrize(
    ("path", "headers", "status"),
    [
        ("/ho-so/{id}/buoc", MULTIPART, 413),
        ("/ho-so/{id}/giay-to/1/go", MULTIPART, 413),
        ("/dang-nhap", MULTIPART, 413),
        ("/ho-so/{id}/giay-to", {"Content-Type": "application/x-www-form-urlencoded"}, 413),
        ("/ho-so/{id}/giay-to", {}, 409),  # of no kind, it is not even read
        ("/ho-so/{id}/giay-to/", MULTIPART, 404),
    ],
)
def test_no_other_form_may_be_large(
    shared_at: At, shared_world: World, path: str, headers: dict[str, str], status: int
) -> None:
    identity = shared_world.draft()
    answer = raw(shared_at(OFFICER), path.format(id=identity), endless(2 * MEGABYTE), headers)
    assert answer.status_code == status
    assert len(shared_world.entries(identity)) == 1


@pytest.mark.parametrize(
    "content",
    [
        b"not a form at all",
        b'--edge\r\nContent-Disposition: form-data; name="letter"; filename="a.pdf"\r\n\r\n%PDF',
        b"".join(
            b'--edge\r\nContent-Disposition: form-data; name="letter"; filename="a"\r\n\r\nx\r\n' for _ in range(13)
        )
        + b"--edge--\r\n",
        b'--edge\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n' + bytes(20_000) + b"\r\n--edge--\r\n",
    ],
    ids=["no form", "cut off", "too many files", "a long field"],
)
def test_a_form_that_is_none_is_refused(shared_at: At, shared_world: World, content: bytes) -> None:
    identity = shared_world.draft()
    answer = raw(shared_at(OFFICER), f"/ho-so/{identity}/giay-to", content, MULTIPART)
    assert answer.status_code in {409, 422}
    assert len(shared_world.entries(identity)) == 1


def test_nobody_is_not_listened_to(shared_at: At, shared_world: World) -> None:
    """Who is not signed in is told so before the body is read."""
    identity = shared_world.draft()
    page = shared_at(None).read(
        "POST",
        f"/ho-so/{identity}/giay-to",
        follow=False,
        content=endless(MEGABYTE),
        headers=MULTIPART,
    )
    assert page.status == 401
    assert "đăng nhập" in page.text


def test_a_form_of_another_session_stores_nothing(shared_at: At, shared_world: World) -> None:
    identity, content = shared_world.draft(), samples.pdf(14)
    page = shared_at(OFFICER).post(
        f"/ho-so/{identity}/giay-to", {"_csrf": "forged"}, files=[("letter", chosen(content))]
    )
    assert page.status == 409
    assert digest(content) not in stored(shared_world)
    elsewhere = shared_at(OFFICER).read(
        "POST",
        f"/ho-so/{identity}/giay-to",
        follow=False,
        files=[("letter", chosen(content))],
        headers={"Origin": "https://evil.example"},
    )
    assert elsewhere.status == 403
    assert digest(content) not in stored(shared_world)


def test_bodies_on_their_way_hold_no_connection(shared_at: At, shared_world: World, app: FastAPI) -> None:
    """Three slow bodies of one account; meanwhile others work, and a fourth of the same account is refused."""
    identity = shared_world.draft()
    officer = shared_at(OFFICER)
    form = officer.get(f"/ho-so/{identity}").form("/giay-to")
    officer.portal.app.state.database = shared_world.database
    wait = threading.Event()
    begun = threading.Semaphore(0)

    def slowly(number: int) -> Iterator[bytes]:
        yield b'--edge\r\nContent-Disposition: form-data; name="_csrf"\r\n\r\n'
        yield form.fields["_csrf"].encode() + b"\r\n"
        yield b'--edge\r\nContent-Disposition: form-data; name="other"; filename="a.png"\r\n\r\n'
        content = samples.png(500 + number, 10)
        yield content[:50]
        begun.release()
        wait.wait(30)
        yield content[50:] + b"\r\n--edge--\r\n"

    answers: list[int] = []

    def sender(number: int) -> None:
        with httpx.Client(base_url=officer.client.base_url, cookies=officer.client.cookies, trust_env=False) as client:
            answers.append(client.post(form.action, content=slowly(number), headers=MULTIPART, timeout=60).status_code)

    threads = [threading.Thread(target=sender, args=(number,)) for number in range(arriving.OF_ONE)]
    for thread in threads:
        thread.start()
    for _ in threads:
        assert begun.acquire(timeout=30)
    try:
        wait_until(lambda: app.state.doorway.coming.total() == arriving.OF_ONE)
        assert shared_world.database.engine.pool.checkedout() == 0  # type: ignore[attr-defined]  # a QueuePool
        fourth = raw(officer, form.action, b"--edge--\r\n", MULTIPART)
        assert fourth.status_code == 409
        assert "đang gửi 3 lượt" in fourth.text
        assert send(shared_at(HEAD), identity, ("letter", chosen(samples.pdf()))).status == 200
    finally:
        wait.set()
        for thread in threads:
            thread.join()
    assert answers == [303, 303, 303]
    assert len(names_of(shared_world, identity)) == 4
    assert app.state.doorway.coming.total() == 0


def wait_until(holds: Callable[[], bool]) -> None:
    for _ in range(300):
        if holds():
            return
        threading.Event().wait(0.05)
    raise AssertionError("it never came to that")


def test_the_panel_of_a_page_asks_as_often_of_many_papers_as_of_one(at: At, world: World, tmp_path: Path) -> None:
    one, many = world.draft(), world.draft()
    attaching(world, OFFICER, one, upload(tmp_path))
    attaching(world, OFFICER, many, *(upload(tmp_path, samples.png(n, 9), Paper.OTHER) for n in range(1, 25)))
    counts = []
    for identity in (one, many, one, many):  # the first two also ask what is asked once a session
        with asked(world.database) as statements:
            at("reviewer").get(f"/ho-so/{identity}")
        counts.append(len(statements))
    assert counts[2] == counts[3] > 0


def test_a_replaced_paper_is_listed_apart(at: At, world: World) -> None:
    identity = world.draft()
    send(at(OFFICER), identity, ("letter", chosen(samples.pdf(2), "cũ.pdf")))
    world.advance(identity, State.IN_REVIEW)
    world.give_back(identity, anchor="paper:letter")
    at(OFFICER).send(at(OFFICER).get(f"/ho-so/{identity}"), "/go")
    send(at(OFFICER), identity, ("letter", chosen(samples.pdf(3), "mới.pdf")))
    page = at("reviewer").get(f"/ho-so/{identity}")
    assert [a.text for a in page.all("//section[@id='giay-to']/ul//a")] == ["mới.pdf"]
    assert [a.text for a in page.all("//section[@id='giay-to']//details//li/a")] == ["cũ.pdf"]
    old = page.all("//section[@id='giay-to']//details//li/a/@href")[0]
    assert fetch(at("reviewer"), old).content == samples.pdf(2)
    world.answer(identity, "paper:letter")
    world.step(identity, Action.SUBMIT, "head")
    world.assert_sound()


def test_a_delegate_sends_in_the_name_of_the_unit(at: At, world: World, tmp_path: Path) -> None:
    world.account(tmp_path, "thay-mat", (Role.UNIT_OFFICER, "SYT"))
    identity = world.draft()
    assert at("thay-mat").get(f"/ho-so/{identity}").status == 404
    world.change(
        "INSERT INTO delegation (from_id, to_id, until) SELECT f.id, t.id, '2026-12-31' FROM account f, account t"
        " WHERE f.name = 'officer-07282' AND t.name = 'thay-mat'",
        owner=True,
    )
    page = send(at("thay-mat"), identity, ("letter", chosen(samples.pdf())))
    assert page.status == 200
    entry = world.entries(identity)[-1]
    assert entry["on_behalf"] != entry["by"]
