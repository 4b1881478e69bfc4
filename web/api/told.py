"""What the API answers: the shapes of the OpenAPI document, and which statuses a route may answer with."""

from typing import Any, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

Declared: TypeAlias = dict[int | str, dict[str, Any]]
PLAIN: TypeAdapter[Any] = TypeAdapter(Any)


def plain(value: object) -> Any:  # noqa: ANN401 - JSON
    """Frozen data of the engine as JSON has it."""
    return PLAIN.dump_python(value, mode="json")


class Told(BaseModel):
    """A part of an answer; nothing is in it that is not declared."""

    model_config = ConfigDict(extra="forbid")


class Refusal(Told):
    """A well-formed request that the rules refuse; nothing changed."""

    refused: str = Field(description="rule, role, state, quota, duties, evidence, repeat")
    message: str
    citations: list[str]


class Failure(Told):
    """Anything else that went wrong; nothing changed."""

    error: str = Field(
        description="unauthenticated, not_found, stale, malformed, too_large, media_type, database, schema, unexpected"
    )
    message: str


class Health(Told):
    """The process, or the database behind it, answers."""

    ok: bool


STATUSES: Declared = {
    401: {
        "model": Failure,
        "description": "Không có mã truy cập, hoặc mã không còn hiệu lực.",
        "headers": {"WWW-Authenticate": {"schema": {"type": "string"}}},
    },
    403: {"model": Refusal, "description": "Vai trò, hoặc quy định phân công nhiệm vụ, không cho phép."},
    404: {"model": Failure, "description": "Không có, hoặc không thuộc phạm vi tài khoản được thấy."},
    409: {"model": Refusal | Failure, "description": "Bị từ chối; hoặc hồ sơ vừa được người khác xử lý."},
    412: {"model": Failure, "description": "Hồ sơ không còn ở phiên bản mà If-Match nêu."},
    413: {"model": Failure, "description": "Yêu cầu quá lớn."},
    415: {"model": Failure, "description": "Không phải loại nội dung mà địa chỉ này nhận."},
    422: {"model": Failure, "description": "Yêu cầu sai dạng."},
    500: {"model": Failure, "description": "Lỗi ngoài dự kiến."},
    503: {"model": Failure, "description": "Cơ sở dữ liệu không trả lời hoặc có lược đồ khác."},
}
VERSIONED: Declared = {
    200: {
        "headers": {
            "ETag": {"description": "Phiên bản của hồ sơ, nếu tài khoản được thấy.", "schema": {"type": "string"}}
        }
    }
}
READS = (401, 422, 500, 503)
PLAYED = (*READS, 409)  # of what is shown on a day, which may be played in a rehearsal only
WRITES = (401, 403, 404, 409, 413, 415, 422, 500, 503)


def declared(*statuses: int) -> Declared:
    """The statuses of a route, for its declaration."""
    return {status: STATUSES[status] for status in sorted(set(statuses))}


def download(*media: str) -> Declared:
    """A file as the answer of a route, of one of these kinds."""
    bytes_of = {"type": "string", "format": "binary"}
    content = {one: {"schema": {"type": "object"} if one == "application/json" else bytes_of} for one in media}
    headers = {
        "ETag": {"description": "Mã băm của tệp.", "schema": {"type": "string"}},
        "Content-Disposition": {"description": "Luôn là tệp để tải về.", "schema": {"type": "string"}},
    }
    return {200: {"content": content, "headers": headers}}
