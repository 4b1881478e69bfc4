"""The people of the demonstration: fictional officers of real offices, two or three for each task."""

import csv
from collections.abc import Iterable
from itertools import product
from pathlib import Path

from rules.vocabulary import Role

FAMILY = ("Hoàng", "Phan", "Vũ", "Đỗ", "Bùi", "Ngô", "Dương", "Đinh", "Mai", "Cao", "Tạ", "Quách")
MIDDLE = ("Thế", "Diệu", "Quốc", "Khánh", "Gia", "Tuệ")
GIVEN = ("An", "Bách", "Châu", "Dương", "Giang", "Hà", "Khôi", "Linh", "Minh", "Ngân", "Phong", "Trang")

REVIEW, APPRAISAL, OFFICE = "SDTTG", "SNV", "VPUBND"
CLERK_OF_REVIEW = "Đào Thu Cúc"  # enters the workbook, so judges nothing
REVIEWER, SECOND_REVIEWER = "Lưu Đình Bảo", "Tăng Mỹ Hạnh"
REVIEW_HEAD = "Kiều Trọng Nghĩa"
APPRAISER, APPRAISAL_HEAD = "Thái Hải Yến", "Mạc Đăng Quân"
DECISION_CLERK = "Âu Thị Tường Vi"
SIGNER = "Trịnh Công Lý Giả Định"

OFFICES: tuple[tuple[str, str, Role], ...] = (
    (CLERK_OF_REVIEW, REVIEW, Role.REVIEW_OFFICER),
    (REVIEWER, REVIEW, Role.REVIEW_OFFICER),
    (SECOND_REVIEWER, REVIEW, Role.REVIEW_OFFICER),
    (REVIEW_HEAD, REVIEW, Role.REVIEW_HEAD),
    (APPRAISER, APPRAISAL, Role.APPRAISAL_OFFICER),
    (APPRAISAL_HEAD, APPRAISAL, Role.APPRAISAL_HEAD),
    (DECISION_CLERK, OFFICE, Role.DECISION_CLERK),
    ("Giám sát viên Mặt trận", "UBMTTQ", Role.OBSERVER),
    ("Quản trị viên", OFFICE, Role.ADMINISTRATOR),
)


def write_accounts(path: Path, units: Iterable[str]) -> None:
    """A CSV of accounts as `account import` takes it: an officer and a head for every unit, and the offices."""
    names = (" ".join(parts) for parts in product(FAMILY, MIDDLE, GIVEN))
    with path.open("w", encoding="utf-8", newline="") as file:
        out = csv.writer(file)
        out.writerow(("name", "unit", "role", "email"))
        for unit in sorted(units):
            for role, box in ((Role.UNIT_OFFICER, "canbo"), (Role.UNIT_HEAD, "lanhdao")):
                out.writerow((next(names), unit, role.value, f"{box}.{unit.lower()}@bacninh.example"))
        for name, unit, role in OFFICES:
            out.writerow((name, unit, role.value, f"{role.value}.{unit.lower()}@bacninh.example"))
