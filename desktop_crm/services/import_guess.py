"""Which column is which field: by its heading, and by what its cells look like."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from desktop_crm.core import phones, tax_ids
from desktop_crm.services import import_values
from desktop_crm.services.import_fields import FIELDS, KINDS
from desktop_crm.services.import_headings import likeness, meanings

SURE, LIKELY, DOUBTFUL = 0.75, 0.4, 0.25  # below the last nothing is proposed
HEAD_ROWS = 15  # among which headings are looked for
MAIL = re.compile(r"[^@\s]+@[^@\s]+\.[A-Za-z]{2,}")


@dataclass(frozen=True, slots=True)
class Guess:
    """The fields proposed, by column number from 0, each with how sure it is (0 to 1)."""

    kind: str
    fields: dict[int, tuple[str, float]]

    @property
    def confidence(self) -> float:
        """How sure the whole is: the mean of the columns proposed."""
        return sum(sure for _, sure in self.fields.values()) / len(self.fields) if self.fields else 0.0


def guess_kind(headings: Sequence[str]) -> str:
    """Customers, products or orders: what most headings belong to; words of orders alone decide."""
    counts = dict.fromkeys(KINDS, 0.0)
    for heading in headings:
        kinds = {kind for kind, _ in meanings(heading)}
        for kind in kinds:
            counts[kind] += 1 / len(kinds)
    names = {name for heading in headings for kind, name in meanings(heading) if kind == "orders"}
    if {"quantity", "ordered_on"} <= names:
        counts["orders"] += 5
    return max(counts, key=lambda kind: counts[kind])


def guess(kind: str, headings: Sequence[str], rows: Sequence[Sequence[str]]) -> Guess:
    """The best field of every column of a table; no field twice, the surest column first."""
    scored: list[tuple[float, int, str]] = []
    for column, heading in enumerate(headings):
        cells = [row[column].strip() for row in rows if column < len(row) and row[column].strip()]
        by_name, by_look = likeness(heading, kind), _looks(cells)
        for field in FIELDS[kind]:
            score = _score(field.name, field.form, by_name.get(field.name, 0.0), by_look, bool(cells))
            if score >= DOUBTFUL:
                scored.append((score, column, field.name))
    found: dict[int, tuple[str, float]] = {}
    used: set[str] = set()
    for score, column, name in sorted(scored, key=lambda item: (-item[0], item[1])):
        if column not in found and name not in used:
            found[column] = (name, round(score, 2))
            used.add(name)
    return Guess(kind, dict(sorted(found.items())))


def _score(name: str, form: str, named: float, looks: Mapping[str, float], filled: bool) -> float:
    """A heading that is known counts 0.8, cells that fit the rest; without a heading only telling cells count."""
    own = name if name in ("email", "mobile", "fax") else form
    fit = looks.get(own, 0.0)
    if named:
        if form in ("date", "amount") and filled and not fit:
            return named * 0.3
        return 0.8 * named + 0.2 * (fit if own in looks else 0.8)
    if own in ("email", "tax", "mobile") and fit > 0.7:
        return 0.6 * fit
    if own in ("phone", "date") and fit > 0.8 and name in ("phone", "ordered_on"):
        return 0.4 * fit
    return 0.0


def _looks(cells: Sequence[str]) -> dict[str, float]:
    """The share of cells that look like each form."""
    if not cells:
        return {}
    return {
        form: sum(map(test, cells)) / len(cells)
        for form, test in {
            "email": lambda text: bool(MAIL.fullmatch(text)),
            "tax": _is_tax_number,
            "mobile": lambda text: bool(re.fullmatch(r"(\+?886|0)?9\d{8}|1[3-9]\d{9}", phones.digits(text))),
            "phone": _is_phone,
            "fax": _is_phone,
            "date": is_date,
            "amount": is_amount,
        }.items()
    }


def is_date(text: str) -> bool:
    """Whether a cell reads as a date."""
    return bool(re.fullmatch(r"\d{4}-\d{2}-\d{2}", import_values.date(text)))


def is_amount(text: str) -> bool:
    """Whether a cell reads as a number."""
    return bool(re.fullmatch(r"-?\d+(\.\d+)?|\.\d+", import_values.amount(text)))


def _is_tax_number(text: str) -> bool:
    return len(text) == 8 and text.isdigit() and tax_ids.check_tw_ubn(text)


def _is_phone(text: str) -> bool:
    plain = phones.digits(text)
    return 8 <= len(plain) <= 15 and len(plain) >= len(text) / 2 and not is_date(text) and "." not in text.strip("+")


def find_header(rows: Sequence[tuple[int, Sequence[str]]]) -> int:
    """The line in which the headings stand, 0 if there are none; ``rows`` are (line, cells) from the top."""
    best, place = 0.0, -1
    for position, (_, cells) in enumerate(rows[:HEAD_ROWS]):
        known = len({cell.strip() for cell in cells if meanings(cell)})
        filled = [cell for cell in cells if cell.strip()]
        plain = len(filled) > 1 and not any(map(_is_data, filled))
        if known > best and (known >= 2 or plain):
            best, place = known, position
    if place >= 0:
        return rows[place][0]
    if not rows:
        return 0
    widest = max(len([cell for cell in cells if cell.strip()]) for _, cells in rows[:HEAD_ROWS])
    for line, cells in rows[:HEAD_ROWS]:
        filled = [cell.strip() for cell in cells if cell.strip()]
        if len(filled) == widest:
            return 0 if any(map(_is_data, filled)) and not any(map(meanings, filled)) else line
    return 0


def _is_data(text: str) -> bool:
    return is_date(text) or is_amount(text) or bool(MAIL.fullmatch(text)) or _is_phone(text)
