"""How a campaign's papers are worded and sized: letterheads, signature lines, recipients, the certificate's sheet.

The defaults are the usual letterheads of the province, so that a campaign file that says nothing still prints. Format:
Nghị định 30/2020/NĐ-CP, Phụ lục I.
"""

from datetime import date
from typing import Annotated

from pydantic import Field, model_validator

from rules.part import Part, Text

Lines = tuple[Text, ...]
Millimetres = Annotated[float, Field(ge=0, le=600)]
Sheet = Annotated[float, Field(ge=100, le=600)]
Shift = Annotated[float, Field(ge=-50, le=50)]

INSET = 9.0  # mm from the certificate's motif to its text
EDGE = 4.0  # mm at a sheet's edge that printers do not reach
PROVINCE = "tỉnh Bắc Ninh"


class Letterhead(Part):
    """One office's paper: who issues it, to whom, who signs and who receives it.

    `superior` stands above `issuer`, line by line; `signature` are the lines above the name (TM., KT., TL. …).
    `recipients` are written without dash and final sign; `archive` is what follows "Lưu: ".
    """

    superior: Lines = ()
    issuer: Annotated[Lines, Field(min_length=1)]
    symbol: Text
    addressees: Lines = ()
    signature: Annotated[Lines, Field(min_length=1)]
    recipients: Lines = ()
    archive: Text = "VT"


class DatedBasis(Part):
    """A legal basis that is cited only on papers of these days, both included."""

    text: Text
    since: date = Field(alias="from")
    until: date | None = Field(default=None, alias="to")


class Certificate(Part):
    """The certificate's sheet, in millimetres.

    `motif_*` is the frame inside which everything stands, `emblem` the height kept free for the national emblem (no
    graphic of it is bundled), `signature_room` the room for signature and seal. With `preprinted` no frame is drawn:
    the text alone, for stock that carries frame and emblem; `shift_*` move the text on it.
    """

    width: Sheet = 297
    height: Sheet = 210
    motif_width: Sheet = 281
    motif_height: Sheet = 194
    emblem: Millimetres = 20
    signature_room: Annotated[float, Field(ge=10, le=60)] = 35
    preprinted: bool = False
    shift_right: Shift = 0
    shift_down: Shift = 0
    office: Annotated[Lines, Field(min_length=1)] = (f"CHỦ TỊCH ỦY BAN NHÂN DÂN {PROVINCE.upper()}",)

    @model_validator(mode="after")
    def _inside(self) -> "Certificate":
        if self.motif_width > self.width or self.motif_height > self.height:
            raise ValueError("khuôn trong không được lớn hơn khổ giấy")
        for key, shift, free in (
            ("shift_right", self.shift_right, self.width - self.motif_width),
            ("shift_down", self.shift_down, self.height - self.motif_height),
        ):
            most = free / 2 + INSET - EDGE
            if abs(shift) > most:
                raise ValueError(f"{key}: chỉ được dịch chữ nhiều nhất {most:g} mm, nếu không chữ ra ngoài khổ giấy")
        return self


DECISION = Letterhead(
    issuer=("ỦY BAN NHÂN DÂN", PROVINCE.upper()),
    symbol="QĐ-UBND",
    signature=("CHỦ TỊCH",),
    recipients=("Như Điều 3", "Chủ tịch, các Phó Chủ tịch UBND tỉnh", "Sở Nội vụ", "Sở Dân tộc và Tôn giáo"),
)
PROPOSAL = Letterhead(
    superior=("ỦY BAN NHÂN DÂN", PROVINCE.upper()),
    issuer=("SỞ NỘI VỤ",),
    symbol="TTr-SNV",
    addressees=(f"Chủ tịch Ủy ban nhân dân {PROVINCE}",),
    signature=("GIÁM ĐỐC",),
    recipients=("Như trên", "Sở Dân tộc và Tôn giáo"),
)
SUBMISSION = Letterhead(
    superior=("ỦY BAN NHÂN DÂN", PROVINCE.upper()),
    issuer=("SỞ DÂN TỘC VÀ TÔN GIÁO",),
    symbol="TTr-SDTTG",
    addressees=(f"Chủ tịch Ủy ban nhân dân {PROVINCE} (qua Sở Nội vụ)",),
    signature=("GIÁM ĐỐC",),
    recipients=("Như trên", "Sở Nội vụ"),
)


class Papers(Part):
    """What the papers of a campaign say beyond its lists.

    `achievement` continues "tặng Bằng khen cho … tập thể và … cá nhân"; the certificate says it with "Đã" before it.
    """

    place: Text = "Bắc Ninh"
    award_name: Text = "Bằng khen"
    giver: Text = f"Chủ tịch Ủy ban nhân dân {PROVINCE}"
    achievement: Text = "có thành tích xuất sắc"
    plan: Text | None = None
    proposer: Text = "Giám đốc Sở Nội vụ"
    dated_bases: tuple[DatedBasis, ...] = ()
    funds: Text = "quỹ khen thưởng của tỉnh"
    money_law: Text = "Điều 49 và Điều 54 Nghị định số 152/2025/NĐ-CP"
    execution: Text = (
        "Chánh Văn phòng Ủy ban nhân dân tỉnh, Giám đốc Sở Nội vụ, Giám đốc Sở Dân tộc và Tôn giáo, thủ trưởng các "
        "cơ quan, đơn vị có liên quan và các tập thể, cá nhân có tên tại Điều 1"
    )
    decision: Letterhead = DECISION
    proposal: Letterhead = PROPOSAL
    submission: Letterhead = SUBMISSION
    certificate: Certificate = Certificate()
