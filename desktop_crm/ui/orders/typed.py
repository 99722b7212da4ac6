"""What was typed into an order, as texts for the recovery file, and back."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Iterable
from decimal import Decimal, InvalidOperation
from typing import Any

from desktop_crm.services.document_lines import TYPED, DraftLine

NUMBERS = ("quantity", "unit_price", "unit_cost", "discount_percent")
KEYS = ("product_id", "line_id")


def to_texts(lines: Iterable[DraftLine]) -> list[dict[str, str]]:
    """The fields of each line that say something."""
    fields = (*TYPED, "kind", "promised_on", "line_id")
    return [{name: str(value) for name in fields if (value := getattr(line, name)) not in (None, "")} for line in lines]


def from_texts(stored: Any) -> list[DraftLine]:
    """The lines of a recovery file; what cannot be read is left out."""
    lines = []
    for texts in stored if isinstance(stored, list) else []:
        try:
            lines.append(DraftLine(**{name: _value(name, text) for name, text in texts.items()}))
        except (TypeError, ValueError, AttributeError, InvalidOperation):
            continue
    return lines


def _value(name: str, text: str) -> Any:
    if name in NUMBERS:
        return Decimal(text)
    if name == "promised_on":
        return dt.date.fromisoformat(text)
    return uuid.UUID(text) if name in KEYS else text
