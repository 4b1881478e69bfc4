"""The keys a dossier is known by: its row in a workbook, its nominee, and what people search for."""

import secrets
from collections.abc import Mapping
from typing import Any

from rules.text import identity_key, name_order_key, search_key
from rules.vocabulary import Kind

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"  # Crockford's base 32: no I, L, O, U to misread aloud
LENGTH = 8


def new_id() -> str:
    """A new dossier id: eight characters that say nothing of how many dossiers there are."""
    return "".join(secrets.choice(ALPHABET) for _ in range(LENGTH))


def keys_of(kind: Kind, unit: str, fields: Mapping[str, Any]) -> dict[str, Any]:
    """The key columns of a nomination: name, row_key, cccd, namesake, search, name_key.

    Namesakes: an individual by name and birth date, a collective by name and unit.
    """
    name = str(fields["name"])
    cccd = fields.get("cccd") if kind is Kind.INDIVIDUAL else None
    beside = fields.get("birth_date") if kind is Kind.INDIVIDUAL else unit
    return {
        "name": name,
        "row_key": cccd or identity_key(name),
        "cccd": cccd,
        "namesake": f"{identity_key(name)}|{beside}",
        "search": search_key(name),
        "name_key": name_order_key(name),
    }
