"""The unit's own letter: who issues it, what it says, room for the pen, the same bytes; its number in every dossier."""

import json
from collections.abc import Sequence
from datetime import date
from io import BytesIO

import pypdf
import pytest

from engine.eyes import Eyes
from engine.nominating import chosen_dossiers, enter_letter, unit_letter
from engine.papers.nominating import Signer, Unit, letterhead_of, signer
from rules.errors import EvidenceRefusedError, MalformedError, NotFoundError, RoleRefusedError, StateRefusedError
from rules.vocabulary import Kind, State
from tests.engine.papers import printing
from tests.world import IN_INTAKE, World

UNSIGNED = Signer()


def letter(
    world: World,
    ids: Sequence[str],
    unit: str = "07282",
    day: date = IN_INTAKE,
    signed: Signer = UNSIGNED,
    who: str | None = None,
) -> bytes:
    """The unit's letter over these dossiers."""
    with world.acting(who or f"officer-{unit}", day) as (session, context):
        eyes = Eyes(own=frozenset({unit}))
        return unit_letter(session, context, chosen_dossiers(session, context, ids, eyes), signed)


def entered(world: World, ids: Sequence[str], number: str, dated: date, who: str = "officer-07282") -> str:
    """The letter's number in every dossier."""
    with world.acting(who) as (session, context):
        chosen = chosen_dossiers(session, context, ids, Eyes(own=frozenset({"07282"})))
        return enter_letter(session, context, chosen, number, dated)


def read(pdf: bytes) -> str:
    """All pages as one text."""
    return " ".join(printing.pages(pdf))


def test_a_communes_letter_with_its_list(world: World) -> None:
    ids = [world.draft(name="Vi Thị Ơn"), world.draft(name="Nông Văn Ẩn"), world.draft(Kind.COLLECTIVE, name="Tổ 2")]
    text = read(letter(world, ids))
    for words in (
        "ỦY BAN NHÂN DÂN XÃ ĐỒNG KỲ",
        "Số: /TTr-UBND",
        "Đồng Kỳ, ngày tháng năm 2025",
        "TỜ TRÌNH Về việc đề nghị tặng Bằng khen cho các tập thể, cá nhân",
        "Kính gửi: Sở Dân tộc và Tôn giáo.",
        "Ủy ban nhân dân xã Đồng Kỳ đã tổ chức họp xét khen thưởng (Biên bản họp xét: 14/BB-HĐTĐKT ngày 01/11/2025)",
        "cho 1 tập thể và 2 cá nhân",
        "trình Chủ tịch Ủy ban nhân dân tỉnh Bắc Ninh (qua Sở Nội vụ) quyết định./.",
        "(Kèm theo Tờ trình: Danh sách đề nghị tặng Bằng khen; Biên bản họp xét khen thưởng;",
        "TM. ỦY BAN NHÂN DÂN CHỦ TỊCH",
        "- Như trên; - Lưu: VT.",
        "(Kèm theo Tờ trình số /TTr-UBND ngày tháng năm 2025 của Ủy ban nhân dân xã Đồng Kỳ)",
        "A. TẬP THỂ (1 tập thể)",
        "B. CÁ NHÂN (2 cá nhân)",
    ):
        assert words in text
    assert "TỈNH BẮC NINH Số" not in text
    assert text.index("Nông Văn Ẩn") < text.index("Vi Thị Ơn")
    assert "BẢN DỰ THẢO" not in text


def test_nothing_sensitive_is_on_it_or_in_it(world: World) -> None:
    one = world.draft(breach="Khiển trách năm 2012", ethnicity="Sán Dìu")
    pdf = letter(world, [one])
    ((_, (inside,)),) = pypdf.PdfReader(BytesIO(pdf)).attachments.items()
    assert [line["id"] for line in json.loads(inside)["nominations"]] == [one]
    for secret in ("099180", "Sán Dìu", "Khiển trách", "1980", "vanthu"):
        assert secret not in read(pdf) + inside.decode()


def test_the_same_dossiers_give_the_same_bytes_on_any_day_of_the_year_and_law(world: World) -> None:
    ids = [world.draft(), world.draft()]
    first = letter(world, ids)
    assert letter(world, ids[::-1], day=date(2025, 11, 29)) == first
    assert letter(world, ids[:1]) != first
    assert letter(world, ids, signed=Signer(name="Vi Văn Ký")) != first
    assert "86/2025/QĐ-UBND" in read(letter(world, ids, day=date(2025, 12, 16)))
    assert "86/2025/QĐ-UBND" not in read(first)


def test_who_signs_may_be_said(world: World) -> None:
    signed = signer("KT. CHỦ TỊCH\n\n PHÓ  CHỦ TỊCH \n", " Vi Văn  Ký ")
    assert signed == Signer(lines=("KT. CHỦ TỊCH", "PHÓ CHỦ TỊCH"), name="Vi Văn Ký")
    text = read(letter(world, [world.draft()], signed=signed))
    assert "KT. CHỦ TỊCH PHÓ CHỦ TỊCH Vi Văn Ký" in text
    assert "TM. ỦY BAN" not in text
    with pytest.raises(MalformedError, match="Phông chữ"):
        letter(world, [world.draft()], signed=Signer(name="🏆"))
    assert len(signer("a\n" * 9, "b" * 99).lines) == 4


@pytest.mark.parametrize(
    ("unit", "superior", "issuer", "symbol", "signature"),
    [
        (("SYT", "Sở Y tế", "agency", "SYT"), ("ỦY BAN NHÂN DÂN", "TỈNH BẮC NINH"), ("SỞ Y TẾ",), "TTr-SYT",
         ("GIÁM ĐỐC",)),
        (("HLHPN", "Hội Liên hiệp Phụ nữ tỉnh", "organization", "HPN"), (), ("HỘI LIÊN HIỆP PHỤ NỮ TỈNH",), "TTr-HPN",
         ("THỦ TRƯỞNG ĐƠN VỊ",)),
        (("07612", "Ủy ban nhân dân phường Phượng Sơn", "ward", "UBND"), (), ("ỦY BAN NHÂN DÂN", "PHƯỜNG PHƯỢNG SƠN"),
         "TTr-UBND", ("TM. ỦY BAN NHÂN DÂN", "CHỦ TỊCH")),
    ],
)  # fmt: skip
def test_letterheads(
    unit: tuple[str, str, str, str], superior: tuple[str, ...], issuer: tuple[str, ...], symbol: str,
    signature: tuple[str, ...],
) -> None:  # fmt: skip
    made = Unit(**dict(zip(("code", "name", "kind", "symbol"), unit, strict=True)))
    head = letterhead_of(printing.context().campaign, made, UNSIGNED)
    assert (head.superior, head.issuer, head.symbol, head.signature) == (superior, issuer, symbol, signature)


def test_a_place_is_a_communes_own() -> None:
    def place(name: str, kind: str) -> str | None:
        return Unit(code="x", name=name, kind=kind, symbol="UBND").place

    assert place("Ủy ban nhân dân xã Đồng Kỳ", "commune") == "Đồng Kỳ"
    assert place("Ủy ban nhân dân phường Bắc Giang", "ward") == "Bắc Giang"
    assert place("Sở Y tế", "agency") is None
    assert place("Ủy ban nhân dân", "commune") is None


def test_another_units_dossiers_are_as_none(world: World) -> None:
    mine, theirs = world.draft(), world.draft(unit="07330")
    for ids in ([theirs], [mine, theirs], ["ZZZZZZZZ"]):
        with pytest.raises(NotFoundError, match="Không có hồ sơ"):
            letter(world, ids)
    with pytest.raises(MalformedError, match="ít nhất một"):
        letter(world, [])
    with pytest.raises(RoleRefusedError):
        letter(world, [mine], who="observer")


def test_one_letter_is_one_units(world: World) -> None:
    ids = [world.draft(), world.draft(unit="07330")]
    both = Eyes(own=frozenset({"07282", "07330"}))
    with world.acting("officer-07282") as (session, context):
        chosen = chosen_dossiers(session, context, ids, both)
        with pytest.raises(MalformedError, match="một đơn vị"):
            unit_letter(session, context, chosen, UNSIGNED)


def test_number_and_day_are_entered_once_for_all(world: World) -> None:
    ids = [world.draft(letter=None), world.draft(letter=None), world.draft(letter="03/TTr-UBND ngày 14/11/2025")]
    assert entered(world, ids, "3", date(2025, 11, 14)) == "03/TTr-UBND ngày 14/11/2025"
    assert {world.look(one).fields["letter"] for one in ids} == {"03/TTr-UBND ngày 14/11/2025"}
    assert [world.look(one).version for one in ids] == [2, 2, 1]
    world.assert_sound()


def test_in_all_or_in_none(world: World) -> None:
    ids = [world.draft(letter=None), world.advance(world.draft(), State.SUBMITTED)]
    for number, dated, error in (
        ("3", date(2025, 11, 14), StateRefusedError),
        ("ba", date(2025, 11, 14), MalformedError),
        ("3", date(2025, 11, 21), EvidenceRefusedError),
    ):
        with pytest.raises(error):
            entered(world, ids, number, dated)
    with pytest.raises(RoleRefusedError):
        entered(world, ids[:1], "3", date(2025, 11, 14), "officer-07330")
    assert world.look(ids[0]).fields["letter"] is None
