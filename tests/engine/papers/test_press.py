"""The press: the same bytes anywhere, our faces alone, nothing fetched, nothing that text could start."""

import hashlib
import os
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pypdf
import pytest

from engine.papers import press
from rules.errors import MalformedError
from tests.engine.papers import printing
from tests.world import ROOT


def sheet(**changes: Any) -> dict[str, Any]:  # noqa: ANN401 - values of a template
    """The values of a small list."""
    section = {"title": "A. CÁ NHÂN", "columns": ["STT", "Họ và tên"], "widths": [10, 90], "aligns": ["center", "left"],
               "rows": [["1", "Vi Thị Ơn"]]}  # fmt: skip
    annex = {"title": "DANH SÁCH", "summary": "Cá nhân", "attached": "(Kèm theo)", "total": "Tổng số: 1."}
    return {"title": "Danh sách", "author": "SỞ NỘI VỤ", "marks": [], "annex": annex, "sections": [section],
            "checks": [], **changes}  # fmt: skip


def printed(**changes: Any) -> bytes:  # noqa: ANN401 - values of a template
    """A small list as PDF."""
    return press.render("list.html", sheet(**changes), printing.SIGNED, printing.ATTACHED)


def with_cell(text: str) -> dict[str, Any]:
    """The small list with something else in its cell."""
    return {"sections": [{**sheet()["sections"][0], "rows": [["1", text]]}]}


def test_the_same_bytes_in_another_process_elsewhere_and_later(tmp_path: Path) -> None:
    here = printing.certificates(printing.awards(2, 3))
    assert hashlib.sha256(printing.certificates(printing.awards(2, 3))).hexdigest() == hashlib.sha256(here).hexdigest()
    spaced = tmp_path / "một chỗ có dấu cách"
    spaced.mkdir()
    strange = {**os.environ, "PYTHONPATH": str(ROOT), "PYTHONHASHSEED": "7", "TZ": "America/Noronha", "LC_ALL": "C",
               "LANGUAGE": "fr", "TMPDIR": str(spaced), "SOURCE_DATE_EPOCH": "1"}  # fmt: skip
    command = [sys.executable, "-m", "tests.engine.papers.printing"]
    done = subprocess.run(command, cwd=spaced, env=strange, check=True, capture_output=True, text=True)
    assert done.stdout == hashlib.sha256(here).hexdigest()
    assert done.stderr == ""
    assert list(spaced.iterdir()) == []


def test_only_our_faces_embedded_whatever_the_machine_has() -> None:
    fonts: dict[str, Any] = {}
    for page in pypdf.PdfReader(BytesIO(printing.forty_five())).pages:
        resources: Any = page["/Resources"]
        fonts |= {font["/BaseFont"].partition("+")[2]: font for font in resources["/Font"].values()}
    assert fonts.keys() == {"Liberation-Serif", "Liberation-Serif-Bold", "Liberation-Serif-Italic",
                            "Liberation-Serif-Bold-Italic"}  # fmt: skip
    for font in fonts.values():
        assert "/FontFile2" in font["/DescendantFonts"][0]["/FontDescriptor"]


def test_archival_tagged_vietnamese_with_its_data() -> None:
    reader = pypdf.PdfReader(BytesIO(printed()))
    root: Any = reader.trailer["/Root"]
    about = root["/Metadata"].get_object().get_data().decode()
    assert 'pdfaid:part="3"' in about
    assert 'pdfaid:conformance="A"' in about
    assert root["/MarkInfo"]["/Marked"]
    assert "/StructTreeRoot" in root
    assert root["/Lang"] == "vi"
    assert root["/OutputIntents"][0]["/S"] == "/GTS_PDFA1"
    assert len(root["/AF"]) == 1
    assert root["/AF"][0]["/AFRelationship"] == "/Data"
    assert reader.attachments == {"danh-sach.json": [printing.ATTACHED.content]}
    assert reader.metadata is not None
    assert (reader.metadata.title, reader.metadata.author) == ("Danh sách", "SỞ NỘI VỤ")
    assert str(reader.metadata["/CreationDate"]) == "D:20251222"


@pytest.mark.parametrize(
    "text",
    [
        "<script>alert(1)</script>",
        "{{ 7*7 }}{% raw %}",
        '<img src="file:///etc/passwd">',
        '=HYPERLINK("http://198.51.100.7/a")',
        "</td></tr></table><style>*{display:none}</style>",
        "&lt;&amp;&#x27;",
    ],
)
def test_text_stays_text(text: str) -> None:
    assert printing.letters_only(text) in printing.letters_only(printing.pages(printed(**with_cell(text)))[0])


def test_letters_written_the_other_way_stand_beside_ours() -> None:
    read = printing.letters_only(printing.pages(printed(**with_cell("Vi \u05d0\u05d1 Ơn")))[0])
    assert "\u05d0" in read
    assert "Ơn" in read


@pytest.mark.parametrize("text", ["Vi\u200bA 字", "Đạt 🏆", "A\u202eB"])
def test_a_character_without_a_glyph_is_refused_by_name(text: str) -> None:
    with pytest.raises(MalformedError, match="không có ký tự"):
        printed(**with_cell(text))


@pytest.mark.parametrize("url", ["file:///etc/passwd", "http://127.0.0.1:1/x", "https://example.org", "data:,x"])
def test_nothing_is_fetched(url: str) -> None:
    press.loaded()
    with pytest.raises(ValueError, match="refused"):
        press.fetcher().fetch(url)


def test_a_template_that_asks_for_a_file_prints_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    secret = tmp_path / "secret.css"
    secret.write_text("p::before { content: 'BÍ MẬT' }", encoding="utf-8")
    page = f'<html lang="vi"><title>x</title><link rel="stylesheet" href="{secret.as_uri()}"><p>Vi A</p></html>'
    (tmp_path / "list.html").write_text(page, encoding="utf-8")
    monkeypatch.setattr(press, "TEMPLATES", tmp_path)
    press.environment.cache_clear()
    try:
        with pytest.raises(RuntimeError, match="refused"):
            printed()
    finally:
        press.environment.cache_clear()


def test_values_that_are_not_there_are_no_blank() -> None:
    from jinja2 import UndefinedError  # noqa: PLC0415 - slow to import

    values = sheet()
    del values["annex"]
    with pytest.raises(UndefinedError):
        press.render("list.html", values, printing.SIGNED, printing.ATTACHED)


def test_a_row_longer_than_a_page_goes_on_and_long_words_break() -> None:
    merit = " ".join(f"việc{n}" for n in range(1500)) + " " + "ơ" * 300
    pdf = printed(**with_cell(merit))
    read = printing.letters_only("".join(printing.pages(pdf)))
    assert all(f"việc{n}việc{n + 1}" in read for n in (0, 700, 1400))
    assert read.count("ơ") >= 300
    for (width, height), found in printing.boxes(pdf):
        assert all(0 < left < right < width and 0 < low < high < height for left, low, right, high in found)


def test_a_machine_without_the_subsetter_is_told_what_to_install() -> None:
    with pytest.raises(MalformedError, match="libharfbuzz-subset0"):
        press.require_subsetter(SimpleNamespace(harfbuzz_subset=None))


def test_the_fingerprint_names_the_tools_and_moves_with_the_templates(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = press.fingerprint()
    for tool in ("weasyprint", "pango", "harfbuzz", "subsetter", "fonts", "templates"):
        assert f'"{tool}":' in before
    assert '"harfbuzz":"unknown"' not in before
    (tmp_path / "list.html").write_text("x", encoding="utf-8")
    monkeypatch.setattr(press, "TEMPLATES", tmp_path)
    press.fingerprint.cache_clear()
    try:
        assert press.fingerprint() != before
    finally:
        press.fingerprint.cache_clear()
        monkeypatch.undo()
        press.fingerprint()


def test_the_machines_own_fonts_come_back_afterwards(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("FONTCONFIG_FILE", "/etc/fonts/of-somebody.conf")
    with press.only_our_fonts():
        assert os.environ["FONTCONFIG_FILE"] != "/etc/fonts/of-somebody.conf"
    assert os.environ["FONTCONFIG_FILE"] == "/etc/fonts/of-somebody.conf"
