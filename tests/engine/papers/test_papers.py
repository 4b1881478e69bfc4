"""Papers of a real decision: what they say, that they are kept, and that nobody gets two versions of a signed one."""

import json
import shutil
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from io import BytesIO
from pathlib import Path

import pypdf
import pytest

from cli.__main__ import run
from engine import amendments, decisions
from engine.editing import set_fields
from engine.importing import import_workbook
from engine.papers import build_papers, export_decision, export_submission, press
from rules.campaign import parse_campaign
from rules.errors import MalformedError, NotFoundError, StateRefusedError
from rules.papers import Papers
from rules.vocabulary import Action, Kind, State
from tests.engine.papers import printing
from tests.engine.workbooks import person, write_workbook
from tests.world import World, campaign_data

PAPERS = ("certificates.pdf", "danh-sach.pdf", "quyet-dinh.pdf", "to-trinh.pdf")
SIGNING = date(2025, 12, 20)
NAMES = ("Vi Thị Ơn", "Nông Công Tằng Hoàng Thị Ngọc Bích Thanh Huyền")
GROUP = "Trạm Y tế xã Đồng Kỳ, tổ 2"


def frozen(world: World, today: date = SIGNING) -> World:
    """A frozen decision on two people and a collective."""
    for name in NAMES:
        world.advance(world.draft(name=name), State.SELECTED)
    world.advance(world.draft(Kind.COLLECTIVE, name=GROUP), State.SELECTED)
    world.forward()
    for row in world.query("SELECT id FROM nomination ORDER BY arrival"):
        world.step(row.id, Action.APPROVE, "appraiser", today)
    world.enlist(today=today)
    world.freeze(today)
    return world


def sign(world: World, number: str = "1234/QĐ-UBND") -> None:
    """The clerk records the signing."""
    with world.acting("clerk", SIGNING, alone=True) as (session, context):
        decisions.sign(session, context, number, SIGNING, "Người Ký Giả Định")


def export(world: World, folder: Path, form: str = "pdf", later: int = 0) -> dict[str, bytes]:
    """What an export writes, by file name."""
    with world.acting(None, SIGNING + timedelta(days=later)) as (session, context):
        return {path.name: path.read_bytes() for path in export_decision(session, context, form, folder)}


def text_of(pdf: bytes) -> str:
    """All pages, white space folded."""
    return " ".join(printing.pages(pdf))


def test_a_signed_decision_prints_four_papers_with_every_name(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    sign(world)
    papers = export(world, tmp_path / "in" / "ra")
    listed = json.loads(next(iter(export(world, tmp_path, "json").values())))
    assert sorted(papers) == list(PAPERS)
    certificates = printing.pages(papers["certificates.pdf"])
    assert [line["name"] for line in listed["awards"]] == [GROUP, *NAMES[::-1]]
    for page, line in zip(certificates, listed["awards"], strict=True):
        assert line["name"] in page
        assert f"Số sổ vàng: {line['serial']}" in page
    for name in ("danh-sach.pdf", "quyet-dinh.pdf", "to-trinh.pdf"):
        read = text_of(papers[name])
        places = [printing.letters_only(read).index(printing.letters_only(line["name"])) for line in listed["awards"]]
        assert places == sorted(places)


def test_what_the_decision_says(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    sign(world, "9")
    read = text_of(export(world, tmp_path)["quyet-dinh.pdf"])
    for words in (
        "Số: 09/QĐ-UBND",
        "Bắc Ninh, ngày 20 tháng 12 năm 2025",
        "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BẮC NINH Căn cứ Luật Tổ chức chính quyền địa phương ngày 16 tháng 6 năm 2025;",
        "Căn cứ Quyết định số 86/2025/QĐ-UBND của Ủy ban nhân dân tỉnh Bắc Ninh;",
        "Theo đề nghị của Giám đốc Sở Nội vụ. QUYẾT ĐỊNH:",
        "Điều 1. Tặng Bằng khen của Chủ tịch Ủy ban nhân dân tỉnh Bắc Ninh cho 1 tập thể và 2 cá nhân",
        "mỗi tập thể 7.020.000 đồng (bảy triệu không trăm hai mươi nghìn đồng)",
        "mỗi cá nhân 3.510.000 đồng (ba triệu năm trăm mười nghìn đồng)",
        "14.040.000 đồng (mười bốn triệu không trăm bốn mươi nghìn đồng), chi từ quỹ khen thưởng của tỉnh",
        "Điều 3. Quyết định này có hiệu lực kể từ ngày ký.",
        "Nơi nhận: - Như Điều 3;",
        "- Lưu: VT.",
        "Người Ký Giả Định",
        "(Kèm theo Quyết định số 09/QĐ-UBND ngày 20 tháng 12 năm 2025",
        "A. TẬP THỂ (1 tập thể)",
        "B. CÁ NHÂN (2 cá nhân)",
        "Tổng số: 1 tập thể và 2 cá nhân.",
    ):
        assert words in read


def test_decision_and_list_carry_the_hash_and_the_trails_checkpoint(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    sign(world)
    (row,) = world.query("SELECT content_hash FROM decision")
    (fixed,) = world.query("SELECT hash FROM checkpoint WHERE number = 1")
    papers = export(world, tmp_path)
    for name in ("danh-sach.pdf", "quyet-dinh.pdf"):
        read = printing.letters_only(text_of(papers[name]))
        assert f"(SHA-256):{row.content_hash}" in read
        assert f"Điểmkiểmtranhậtkýsố1:{fixed.hash}" in read


def test_nothing_that_only_reviewers_see_is_printed(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    everything = "".join(text_of(pdf) for pdf in export(world, tmp_path).values())
    for secret in ("099180", "Nùng", "1980", "06/05/1980", "vanthu.07282"):
        assert secret not in everything


def test_the_set_inside_each_paper_is_the_exported_one_but_for_what_still_changes(
    small_world: World, tmp_path: Path
) -> None:
    world = frozen(small_world)
    sign(world)
    ((name, content),) = export(world, tmp_path, "json").items()
    exported = json.loads(content)
    assert {key: exported["decision"].pop(key) for key in ("state", "version")} == {"state": "signed", "version": 1}
    for pdf in export(world, tmp_path).values():
        ((attached, (inside,)),) = pypdf.PdfReader(BytesIO(pdf)).attachments.items()
        assert (attached, json.loads(inside)) == (name, exported)
    assert set(exported["decision"]) == {"number", "date", "signer", "hash"}


def forget(world: World) -> None:
    """Nothing is kept any more, as if nothing had been printed yet."""
    with world.database.owner.begin() as connection:
        connection.exec_driver_sql("SET LOCAL session_replication_role = replica")
        connection.exec_driver_sql("DELETE FROM paper")


def test_what_cannot_be_written_is_kept_and_printed_first_after_amendments_the_papers_are_the_signed_ones(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    world = frozen(small_world)
    sign(world)
    monkeypatch.setenv("VINHDANH_DATABASE_URL", world.database.owner_url)
    typed = ["decision", "export", "--campaign", world.code, "--format", "pdf", "--today", "2025-12-20", "--out"]
    (tmp_path / "to-trinh.pdf").mkdir()
    assert run([*typed, str(tmp_path)]) == 2
    assert [path.name for path in tmp_path.iterdir() if path.is_file()] == []
    kept = {row.name: bytes(row.content) for row in world.query("SELECT name, content FROM paper")}
    assert sorted(kept) == list(PAPERS)
    assert "thu hồi" not in capsys.readouterr().err
    (fallen,) = world.query("SELECT id FROM nomination WHERE fields->>'name' = :name", name=NAMES[0])
    with world.acting("clerk", SIGNING, alone=True) as (session, context):
        amendments.correct(session, context, "1300/QĐ-UBND", SIGNING, "Sửa tên đơn vị.")
        amendments.revoke(session, context, fallen.id, "1301/QĐ-UBND", SIGNING, "Có gian dối trong kê khai thành tích.")
    forget(world)
    assert run([*typed, str(tmp_path / "ra")]) == 0
    assert {path.name: path.read_bytes() for path in (tmp_path / "ra").iterdir()} == kept
    told = capsys.readouterr().err
    assert f"Hồ sơ {fallen.id} đã bị thu hồi theo Quyết định số 1301/QĐ-UBND ngày 20/12/2025" in told
    assert "1300" not in told


def test_a_draft_is_marked_and_has_room_for_number_day_and_signer(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    draft = export(world, tmp_path)
    sign(world)
    signed = export(world, tmp_path)
    read = text_of(draft["quyet-dinh.pdf"])
    assert "Số: /QĐ-UBND" in read
    assert "Bắc Ninh, ngày tháng năm 2025" in read
    assert "tại Tờ trình số /TTr-SNV ngày tháng năm 2025. QUYẾT ĐỊNH:" in read
    assert "Người Ký" not in read
    for name in PAPERS:
        assert [len(marks_on(page)) for page in pages_of(draft[name])] == [2] * len(pages_of(draft[name]))
        assert [len(marks_on(page)) for page in pages_of(signed[name])] == [1] * len(pages_of(signed[name]))


def pages_of(pdf: bytes) -> list[pypdf.PageObject]:
    """The pages of a PDF."""
    return list(pypdf.PdfReader(BytesIO(pdf)).pages)


def marks_on(page: pypdf.PageObject) -> set[str]:
    """The words written large and turned: letters with a slanting matrix."""
    turned: list[str] = []

    def visit(text: str, matrix: list[float], within: list[float], _font: object, _size: float) -> None:
        if text.strip() and abs(matrix[1] * within[0] + matrix[0] * within[1]) > 0.1:  # it does not run level
            turned.append(text.strip())

    page.extract_text(visitor_text=visit)
    written = "".join(turned)
    return {mark for mark, letter in (("BẢN DỰ THẢO", "Ả"), ("DIỄN TẬP", "Ễ")) if letter in written}


def test_the_same_bytes_another_day_and_one_copy_kept(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    first = export(world, tmp_path)
    assert export(world, tmp_path, later=40) == first
    sign(world)
    signed = export(world, tmp_path)
    assert signed != first
    assert export(world, tmp_path, later=200) == signed
    kept = world.query("SELECT name FROM paper ORDER BY name")
    assert [row.name for row in kept] == sorted([*PAPERS, *(f"du-thao/{name}" for name in PAPERS)])
    world.assert_sound()


def test_printed_anew_the_bytes_are_the_same(new_small_world: Callable[[], World], tmp_path: Path) -> None:
    world = frozen(new_small_world())
    first = export(world, tmp_path)
    forget(world)
    assert export(world, tmp_path, later=3) == first


def changed_templates(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Another version of the templates, as an upgrade brings it."""
    copied = folder / "templates"
    shutil.copytree(press.TEMPLATES, copied)
    style = copied / "paper.css"
    style.write_text(style.read_text(encoding="utf-8").replace("font-size: 14pt", "font-size: 13pt"), encoding="utf-8")
    monkeypatch.setattr(press, "TEMPLATES", copied)
    press.environment.cache_clear()
    press.fingerprint.cache_clear()


def sent(world: World, folder: Path, number: str = "1/TTr-SDTTG") -> dict[str, bytes]:
    """What the export of a submission letter writes, by file name."""
    with world.acting(None, SIGNING) as (session, context):
        return {path.name: path.read_bytes() for path in export_submission(session, context, number, folder)}


def test_a_signed_paper_outlives_a_changed_template_a_draft_does_not(
    small_world: World, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = frozen(small_world)
    draft = export(world, tmp_path)
    try:
        with monkeypatch.context() as upgraded:
            changed_templates(tmp_path / "one", upgraded)
            assert export(world, tmp_path)["quyet-dinh.pdf"] != draft["quyet-dinh.pdf"]
        press.environment.cache_clear()
        press.fingerprint.cache_clear()
        sign(world)
        signed, letter = export(world, tmp_path), sent(world, tmp_path)
        changed_templates(tmp_path / "two", monkeypatch)
        assert export(world, tmp_path) == signed
        assert sent(world, tmp_path) == letter
        forget(world)
        assert export(world, tmp_path)["quyet-dinh.pdf"] != signed["quyet-dinh.pdf"]
        assert sent(world, tmp_path) != letter
    finally:
        monkeypatch.undo()
        press.environment.cache_clear()
        press.fingerprint.cache_clear()


def test_a_list_frozen_again_is_printed_again(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    before = export(world, tmp_path)["danh-sach.pdf"]
    with world.acting("appraisal-head", SIGNING, alone=True) as (session, context):
        decisions.unfreeze(session, context, "Sửa tên một tập thể.")
    with pytest.raises(StateRefusedError):
        export(world, tmp_path)
    world.freeze(SIGNING + timedelta(days=1))
    assert export(world, tmp_path)["danh-sach.pdf"] != before


def test_built_ahead_and_only_once(small_world: World, tmp_path: Path) -> None:
    world = small_world

    def build() -> list[str]:
        with world.acting(None, SIGNING) as (session, context):
            return build_papers(session, context)

    assert build() == []
    frozen(world)
    with ThreadPoolExecutor(2) as two:
        made = [future.result() for future in [two.submit(build), two.submit(build)]]
    assert sorted(map(len, made)) == [0, 4]
    assert build() == []
    assert len(export(world, tmp_path)) == len(world.query("SELECT id FROM paper")) == 4


def test_an_open_list_prints_nothing(small_world: World, tmp_path: Path) -> None:
    small_world.advance(small_world.draft(), State.LISTED)
    with pytest.raises(StateRefusedError, match="chưa chốt"):
        export(small_world, tmp_path / "nothing")
    assert not (tmp_path / "nothing").exists()


def test_an_unknown_form_and_a_folder_that_cannot_be_are_refused(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    with pytest.raises(MalformedError, match="pdf, docx, xlsx, json"):
        export(world, tmp_path, "odt")
    (tmp_path / "file").write_text("", encoding="utf-8")
    with pytest.raises(MalformedError):
        export(world, tmp_path / "file" / "below", "json")
    (tmp_path / "out" / "quyet-dinh.pdf").mkdir(parents=True)
    with pytest.raises(MalformedError, match="quyet-dinh"):
        export(world, tmp_path / "out")
    assert [path.name for path in (tmp_path / "out").iterdir() if path.name.startswith(".")] == []


def test_a_submission_letter_says_what_it_carries(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    files = sent(world, tmp_path)
    assert sorted(files) == [f"to-trinh-01-TTr-SDTTG.{form}" for form in ("docx", "json", "pdf", "xlsx")]
    pdf = files["to-trinh-01-TTr-SDTTG.pdf"]
    read = text_of(pdf)
    for words in ("Số: 01/TTr-SDTTG", "Bắc Ninh, ngày 20 tháng 11 năm 2025", "Kính gửi: Chủ tịch Ủy ban nhân dân tỉnh",
                  "(qua Sở Nội vụ).", "cho 1 tập thể và 2 cá nhân", "SỞ DÂN TỘC VÀ TÔN GIÁO", "GIÁM ĐỐC",
                  "Vận động 37 hộ hiến đất làm đường."):  # fmt: skip
        assert words in read
    assert "86/2025/QĐ-UBND" not in read  # not yet in force that day
    listed = printing.letters_only(read)
    assert all(printing.letters_only(name) in listed for name in (*NAMES, GROUP))
    assert marks_on(pages_of(pdf)[0]) == {"DIỄN TẬP"}
    attached = pypdf.PdfReader(BytesIO(pdf)).attachments
    assert attached == {"to-trinh-01-TTr-SDTTG.json": [files["to-trinh-01-TTr-SDTTG.json"]]}
    assert sent(world, tmp_path) == files
    with pytest.raises(NotFoundError):
        sent(world, tmp_path, "77/TTr-SDTTG")


def test_page_numbers_begin_on_the_second_page_and_anew_in_the_annex(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    sign(world)
    pages = printing.pages(export(world, tmp_path)["quyet-dinh.pdf"])
    assert len(pages) == 3
    assert "Điều 3." in pages[1]
    assert pages[1].endswith(" 2")  # margins are written last
    assert "DANH SÁCH" in pages[2]
    assert not pages[2].endswith((" 1", " 3"))


def test_a_signature_never_stands_without_what_it_signs(small_world: World, tmp_path: Path) -> None:
    world = frozen(small_world)
    made = export(world, tmp_path)
    for name in ("quyet-dinh.pdf", "to-trinh.pdf"):
        page = next(page for page in printing.pages(made[name]) if "Nơi nhận:" in page)
        assert "./." in page[: page.index("Nơi nhận:")]


def test_an_old_campaign_without_papers_still_loads() -> None:
    data = {key: value for key, value in campaign_data().items() if key != "papers"}
    assert parse_campaign(data).papers == Papers()


@pytest.mark.parametrize(
    ("papers", "told"),
    [
        ({"certificate": {"width": 20}}, "papers.certificate.width"),
        ({"certificate": {"motif_width": 300}}, "khuôn trong"),
        ({"decision": {"issuer": [], "symbol": "QĐ-UBND", "signature": ["CHỦ TỊCH"]}}, "papers.decision.issuer"),
        ({"place": ""}, "papers.place"),
        ({"màu": "đỏ"}, "papers.màu"),
        ({"certificate": {"shift_right": 13.1}}, "shift_right: .* 13 mm"),
        ({"certificate": {"motif_height": 210, "shift_down": -6}}, "shift_down: .* 5 mm"),
    ],
    ids=["too small", "motif beyond the sheet", "no issuer", "no place", "unknown", "off the right", "off the top"],
)
def test_a_wrong_configuration_is_told(papers: dict[str, object], told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        parse_campaign(campaign_data(papers=papers))


def test_who_signs_and_on_what_is_configuration(small_world: World, tmp_path: Path) -> None:
    papers = campaign_data()["papers"]
    papers["decision"]["signature"] = ["KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"]
    papers["certificate"] |= {"width": 400, "height": 300, "motif_width": 320, "motif_height": 230}
    small_world.change(
        "UPDATE campaign SET config = jsonb_set(config, '{papers}', CAST(:papers AS jsonb))",
        papers=json.dumps(parse_campaign(campaign_data(papers=papers)).papers.model_dump(mode="json", by_alias=True)),
    )
    world = frozen(small_world)
    made = export(world, tmp_path)
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in text_of(made["quyet-dinh.pdf"])
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH" in text_of(made["certificates.pdf"])
    assert float(pages_of(made["certificates.pdf"])[0].mediabox.width) == pytest.approx(400 / 25.4 * 72, abs=0.1)


def test_what_cannot_be_printed_is_told_at_the_cell(world: World, tmp_path: Path) -> None:
    path = write_workbook(tmp_path / "dong.xlsx", [person(Họ_và_tên="Vi Thị 字")])
    with world.acting("reviewer") as (session, context):
        report = import_workbook(session, context, path)
    ((error,), ids) = report.errors, report.ids
    assert (error.column, ids) == ("Họ và tên", ())
    assert "“字” (U+5B57)" in error.message


def test_what_cannot_be_printed_is_no_edit(world: World) -> None:
    draft = world.draft()
    with pytest.raises(MalformedError, match=r"Tóm tắt thành tích.*U\+1F3C6"), \
            world.acting("officer-07282") as (session, context):  # fmt: skip
        set_fields(session, context, draft, {"merit": "Đạt giải 🏆"})
    assert world.look(draft).fields["merit"] == "Vận động 37 hộ hiến đất làm đường."
