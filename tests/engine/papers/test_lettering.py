"""Lines that may not break, and lines that must: document symbols, days, letterheads, the certificate's own lines."""

from typing import Any

import pypdfium2  # type: ignore[import-untyped]  # it has no types
import pytest

from engine.papers import press
from engine.papers.certificates import laid_out, sizes_of
from engine.papers.content import certificate_values
from engine.papers.lettering import in_office_column, placed, whole
from rules.errors import MalformedError
from tests.engine.papers import printing
from tests.engine.papers.test_certificates import inside_motif
from tests.engine.papers.test_press import printed, sheet

OFFICE = "CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BẮC NINH, CHỦ TỊCH ỦY BAN NHÂN DÂN THÀNH PHỐ BẮC NINH"
SIGNATURE = ("KT. CHỦ TỊCH ỦY BAN NHÂN DÂN TỈNH BẮC NINH", "PHÓ CHỦ TỊCH THƯỜNG TRỰC ỦY BAN NHÂN DÂN TỈNH")


@pytest.mark.parametrize(
    ("words", "held"),
    [
        ("số 152/2025/NĐ-CP;", "152/2025/NĐ-CP"),
        ("số 09/QĐ-UBND.", "09/QĐ-UBND"),
        ("số 12/TTr-SDTTG ngày", "12/TTr-SDTTG"),
        ("số 14/2023/QĐ-TTg", "14/2023/QĐ-TTg"),
        ("số\u00a0\u00a0/TTr-SNV", "\u00a0\u00a0/TTr-SNV"),
    ],
)
def test_a_documents_symbol_is_held_together(words: str, held: str) -> None:
    assert f'<span class="whole">{held}</span>' in whole(words)


def test_what_is_held_together_stays_text() -> None:
    assert whole("<b>1/<i>&-A</b>") == '&lt;b&gt;<span class="whole">1/&lt;i&gt;&amp;-A</span>&lt;/b&gt;'
    assert whole("kinh tế - xã hội 2021-2025") == "kinh tế - xã hội 2021-2025"
    assert placed("<Bắc Ninh>, ngày 9") == '&lt;Bắc Ninh&gt;, <span class="whole">ngày 9</span>'


def test_no_line_ends_inside_a_symbol() -> None:
    words = " ".join("i" * (n * 7 % 31) + " 152/2025/NĐ-CP" for n in range(60))  # many places for a line to end
    page = pypdfium2.PdfDocument(printed(annex={**sheet()["annex"], "summary": words}))[0]
    lines = page.get_textpage().get_text_range().splitlines()
    assert sum(line.count("152/2025/NĐ-CP") for line in lines) == 60


def headed(issuer: str) -> bytes:
    """A decision on the paper of this office, elsewhere."""
    values = {
        **sheet(), "number": "Số: 1234/TTr-SDTTG", "type": "QUYẾT ĐỊNH", "summary": "Thử", "authority": "CHỦ TỊCH",
        "place_date": "Thành phố Hồ Chí Minh, ngày 22 tháng 12 năm 2025", "bases": [], "enacts": "QUYẾT ĐỊNH:",
        "office": {"superior": ["ỦY BAN NHÂN DÂN TỈNH BẮC NINH"], "issuer": [issuer]}, "recipients": [],
        "national": {"title": "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM", "motto": "Độc lập - Tự do - Hạnh phúc"},
        "articles": [{"heading": "Điều 1.", "text": "Thử."}], "signature": {"lines": ["CHỦ TỊCH"], "name": ""},
    }  # fmt: skip
    return press.render("decision.html", values, printing.SIGNED, printing.ATTACHED)


@pytest.mark.parametrize("issuer", ["VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH", "BAN " * 30, "Ở" * 80])
def test_a_long_office_stays_in_its_column(issuer: str) -> None:
    _, found = next(printing.boxes(headed(issuer)))
    for n, (left, low, right, high) in enumerate(found):
        for other_left, other_low, other_right, other_high in found[:n]:
            across = min(right, other_right) - max(left, other_left)
            down = min(high, other_high) - max(low, other_low)
            assert across < 2 or down < 2, "one letter on another"


def test_offices_break_evenly_and_a_day_stays_whole() -> None:
    assert in_office_column(["VĂN PHÒNG ỦY BAN NHÂN DÂN TỈNH"], bold=True) == ["VĂN PHÒNG ỦY BAN", "NHÂN DÂN TỈNH"]
    assert in_office_column(["SỞ NỘI VỤ", "Ở" * 80], bold=True) == ["SỞ NỘI VỤ", "Ở" * 80]
    lines = pypdfium2.PdfDocument(headed("SỞ NỘI VỤ"))[0].get_textpage().get_text_range().splitlines()
    assert any("ngày 22 tháng 12 năm 2025" in line for line in lines)


def certificate(number: str = "1234/QĐ-UBND", signer: str = "Người Ký Giả Định", **papers: Any) -> dict[str, Any]:  # noqa: ANN401 - campaign data
    """A certificate of a campaign with these papers, laid out."""
    seen, decision = printing.context(**papers), printing.decision([printing.award(1, printing.LONGEST)])
    decision.number, decision.signer = number, signer
    return laid_out(certificate_values(seen, decision), seen.campaign.papers.certificate)


SIGNED_BY = {"issuer": ["X"], "symbol": "QĐ-UBND", "signature": SIGNATURE}


def test_long_lines_of_a_certificate_are_set_smaller_and_stay_inside() -> None:
    usual = certificate()["sizes"]
    assert (usual["office"], usual["foot"], usual["golden"]) == (17, 14, 12.6)
    values = certificate(
        number="1234/QĐ-UBNDTPHCMVPTĐKTBNVTHKST",
        signer="Phó Giáo sư, Tiến sĩ Công Tằng Tôn Nữ Hoàng Thị Ngọc Bích Huyền",
        place="Thành phố Thủ Đức, Thành phố Hồ Chí Minh",
        award_name="Bằng khen và Huy hiệu danh dự tỉnh",
        decision=SIGNED_BY,
        certificate={"office": [OFFICE]},
    )
    assert all(values["sizes"][key] < usual[key] for key in ("office", "award", "foot", "golden"))
    pdf = press.render("certificates.html", values, printing.SIGNED, printing.ATTACHED)
    assert OFFICE in printing.pages(pdf)[0]
    inside_motif(pdf, 297, 210, (281, 194))


@pytest.mark.parametrize(
    ("given", "told"),
    [
        ({"certificate": {"office": [OFFICE * 2]}}, r"papers\.certificate\.office"),
        ({"decision": {**SIGNED_BY, "signature": [SIGNATURE[0] * 3]}}, r"papers\.decision\.signature"),
        ({"place": OFFICE * 2}, r"papers\.place"),
        ({"award_name": OFFICE}, r"papers\.award_name"),
        ({"number": f"1234/QĐ-{'W' * 60}"}, r"papers\.decision\.symbol"),
        ({"signer": "Người Ký " * 20}, "người ký"),
    ],
    ids=["office", "signature", "place", "award", "symbol", "signer"],
)
def test_lines_that_fit_at_no_size_are_refused_by_their_key(given: dict[str, Any], told: str) -> None:
    with pytest.raises(MalformedError, match=told):
        certificate(**given)


def test_all_lines_that_do_not_fit_are_told_at_once() -> None:
    seen = printing.context(place=OFFICE * 2, award_name=OFFICE)
    with pytest.raises(MalformedError, match=r"papers\.award_name.*papers\.place"):
        sizes_of(certificate_values(seen, printing.decision([])), seen.campaign.papers.certificate)
