"""What the API answers of workbooks and units' letters."""

from typing import Literal

from pydantic import Field

from web.api.told import Told


class CellTold(Told):
    """What is told of a cell; `column` is null for what concerns the row or sheet."""

    sheet: str
    row: int | None
    column: str | None
    message: str


class RowTold(Told):
    """What becomes of a row; `changed` names the answers that differ from the draft's."""

    sheet: str
    row: int
    name: str
    unit: str
    became: Literal["new", "changed", "unchanged", "refused"]
    changed: list[str]
    errors: list[CellTold]
    notices: list[CellTold]


class ReportTold(Told):
    """What an import does, row by row as the workbook has them; `notices` concern no single row."""

    rows: list[RowTold]
    counts: dict[str, int]
    notices: list[CellTold]


class PreviewTold(ReportTold):
    """What an import would do; `opening` and `effect` are what the import asks for."""

    opening: str
    effect: str
    name: str


class ImportedTold(ReportTold):
    """What an import did."""

    imported: int = Field(description="Hồ sơ mới hoặc thay đổi.")
    unchanged: int


class LetterEntered(Told):
    """How the letter is written now, and in which dossiers."""

    letter: str
    nominations: list[str]
