"""Whether the process lives, and whether it can work: for whatever watches over it."""

from fastapi import APIRouter, Request

from models.schema import SCHEMA, stored_schema
from rules.errors import SchemaError
from web.api.told import Health, declared
from web.work import database_of

router = APIRouter(tags=["Tình trạng"])


@router.get("/healthz", response_model=Health, responses=declared(500), summary="Chương trình đang chạy.")
async def healthz() -> dict[str, bool]:
    """The process answers; it asks nobody else, so this says nothing of the database."""
    return {"ok": True}


@router.get("/readyz", response_model=Health, responses=declared(500, 503), summary="Cơ sở dữ liệu sẵn sàng.")
def readyz(request: Request) -> dict[str, bool]:
    """The database answers and has our schema."""
    with database_of(request).transaction() as session:
        if stored_schema(session.connection()) != SCHEMA:
            raise SchemaError("Cơ sở dữ liệu có lược đồ khác. Hãy chạy: ./vinhdanh init")
    return {"ok": True}
