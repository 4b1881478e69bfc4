"""Who the nominee is: one identity, one dossier, one collective at peace with itself."""

from datetime import date

from rules.eligibility.outcomes import fails, passes, said, unknown
from rules.facts import Facts
from rules.registry import Outcome, rule
from rules.vocabulary import SEX_LABELS, Kind, Party, Sex

CCCD_LENGTH = 12  # province 3, sex and century 1, year 2, serial 6
FIRST_CENTURY = 1900  # digits 0 and 1 of the fourth place; every further pair is a century later


@rule("collective.united", applies_to=(Kind.COLLECTIVE,), citations=("KH2025.II.2.c",), reads=("field:united",))
def collective_united(facts: Facts) -> Outcome:
    """Tập thể phải có nội bộ đoàn kết."""
    united = facts.fields.get("united")
    if united is None:
        return unknown(
            "Chưa ghi nội bộ có đoàn kết hay không.", Party.UNIT, "Ghi rõ nội bộ tập thể có đoàn kết hay không."
        )
    return passes("Nội bộ tập thể đoàn kết.") if united else fails("Hồ sơ ghi nội bộ tập thể không đoàn kết.")


@rule(
    "nominee.identity_consistent",
    applies_to=(Kind.INDIVIDUAL,),
    citations=("DATA.IDENTITY",),
    reads=("field:cccd", "field:sex", "field:birth_date"),
)
def identity_consistent(facts: Facts) -> Outcome:
    """Số căn cước công dân phải khớp với giới tính và năm sinh đã ghi."""
    cccd, sex, born = (said(facts.fields.get(key)) for key in ("cccd", "sex", "birth_date"))
    if not (cccd and sex and born):
        return passes("Không đủ số căn cước công dân, giới tính, ngày sinh để đối chiếu.")
    of_person = (Sex(sex), date.fromisoformat(born).year)
    of_number = _sex_and_year(cccd)
    if of_number == of_person:
        return passes("Số căn cước công dân khớp với giới tính và năm sinh.")
    # The number itself is not quoted: messages travel further than it may.
    shown = f"ứng với {_described(*of_number)}" if of_number else "không phải 12 chữ số"
    return unknown(
        f"Số căn cước công dân {shown}; hồ sơ ghi {_described(*of_person)}.",
        Party.REVIEW_OFFICE,
        "Đơn vị đối chiếu và sửa số căn cước công dân, giới tính hoặc ngày sinh; nếu giấy tờ đúng như đã ghi, "
        "cơ quan xét chọn kết luận đạt hoặc không đạt.",
    )


@rule("nominee.named_once", citations=("LUAT.5.2",), reads=("others",))
def named_once(facts: Facts) -> Outcome:
    """Mỗi tập thể, cá nhân chỉ được đề nghị trong một hồ sơ của cùng loại."""
    if not facts.others:
        return passes("Không có hồ sơ khác đề nghị cùng tập thể, cá nhân này.")
    return unknown(  # says nothing of the other dossier: its unit is nobody else's business
        "Có hồ sơ khác đề nghị cùng tập thể, cá nhân này.",
        Party.REVIEW_OFFICE,
        "Xác định hồ sơ nào được giữ lại, kết luận đạt hoặc không đạt cho hồ sơ này.",
    )


def _sex_and_year(cccd: str) -> tuple[Sex, int] | None:
    """What digits 4 to 6 of an identity number say; None when it is no such number."""
    if len(cccd) != CCCD_LENGTH or not (cccd.isascii() and cccd.isdigit()):
        return None
    century, is_female = divmod(int(cccd[3]), 2)
    return (Sex.FEMALE if is_female else Sex.MALE), FIRST_CENTURY + 100 * century + int(cccd[4:6])


def _described(sex: Sex, year: int) -> str:
    return f"{SEX_LABELS[sex].lower()}, sinh năm {year}"
