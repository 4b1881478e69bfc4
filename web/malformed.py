"""What is wrong with a request's shape, in Vietnamese sentences that repeat nothing of its values."""

from collections.abc import Mapping, Sequence
from typing import Any

LONGEST = 60  # characters of a name that a sentence repeats
WHERE = {"body": "thân yêu cầu", "query": "tham số", "path": "địa chỉ", "header": "đầu mục"}
SENTENCES = {
    "missing": "thiếu, phải có",
    "extra_forbidden": "không có trường này",
    "json_invalid": "không phải là JSON hợp lệ",
    "int_type": "phải là số nguyên",
    "int_parsing": "phải là số nguyên",
    "int_from_float": "phải là số nguyên",
    "bool_type": "phải là true hoặc false",
    "string_type": "phải là chuỗi ký tự",
    "string_unicode": "có ký tự không hợp lệ",
    "string_pattern_mismatch": "không đúng dạng",
    "list_type": "phải là danh sách",
    "too_long": "quá nhiều phần tử",
    "dict_type": "phải là một đối tượng JSON",
    "model_type": "phải là một đối tượng JSON",
    "model_attributes_type": "phải là một đối tượng JSON",
}


def sentence(flaw: Mapping[str, Any]) -> str:
    """One flaw that pydantic found, as a sentence."""
    kind, limits = str(flaw["type"]), flaw.get("ctx") or {}
    return f"{place(flaw['loc'])}: {said(kind, limits)}."


def said(kind: str, limits: Mapping[str, Any]) -> str:
    """What is wrong; the possible values where there are few."""
    if kind in {"enum", "literal_error"}:
        return f"không có giá trị này; có {limits.get('expected', '').replace(' or ', ', ')}"
    if kind in {"greater_than_equal", "less_than_equal"}:
        return f"phải từ {limits['ge']} trở lên" if "ge" in limits else f"nhiều nhất là {limits['le']}"
    if kind in {"string_too_long", "string_too_short"}:
        return f"dài nhất {limits['max_length']} ký tự" if "max_length" in limits else "không được để trống"
    if kind == "value_error":
        return str(limits.get("error", "không hợp lệ"))
    return SENTENCES.get(kind, "không hợp lệ")


def place(loc: Sequence[int | str]) -> str:
    """Where it is: `Thân yêu cầu, findings.0.text`. A name that came with the request is cut and made readable."""
    first, *rest = loc or ("body",)
    where = WHERE.get(str(first), str(first))
    path = ".".join(str(part) for part in rest if not (first == "body" and isinstance(part, int) and len(rest) == 1))
    shown = path.encode("utf-8", "replace").decode()[:LONGEST]
    return where[:1].upper() + where[1:] + (f", {shown}" if shown else "")
