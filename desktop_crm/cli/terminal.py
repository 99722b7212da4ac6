"""What goes to the terminal: tables in which Chinese characters count as two, pairs of label and value, JSON."""

from __future__ import annotations

import contextlib
import dataclasses
import datetime as dt
import json
import shutil
import sys
import unicodedata
import uuid
from collections.abc import Callable, Iterable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_crm.core.currencies import to_major
from desktop_crm.core.errors import EnvironmentFault
from desktop_crm.core.i18n import N_

Progress = Callable[[float, str], None]
GAP = "  "
NARROWEST = 8


@dataclasses.dataclass(frozen=True, slots=True)
class Column:
    """A column of a table: its title, and whether its cells stand at the right."""

    title: str
    right: bool = False


def width(text: str) -> int:
    """How many places a terminal gives ``text``: two to a wide character, none to a combining one."""
    return sum(
        0 if unicodedata.combining(char) else 2 if unicodedata.east_asian_width(char) in "WF" else 1 for char in text
    )


def shortened(text: str, places: int) -> str:
    """``text`` in at most ``places`` places, ending in an ellipsis where something is left out."""
    if width(text) <= places:
        return text
    kept = ""
    for char in text:
        if width(kept + char) > places - 1:
            break
        kept += char
    return kept + "…"


def table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> list[str]:
    """The lines of a table; on a terminal the widest column gives way so that a row fits."""
    cells = [[_clean(cell) for cell in row] for row in rows]
    widths = [max([width(column.title), *(width(row[i]) for row in cells)]) for i, column in enumerate(columns)]
    if sys.stdout.isatty():
        room = shutil.get_terminal_size().columns
        while sum(widths) + len(GAP) * (len(widths) - 1) > room and max(widths) > NARROWEST:
            widths[widths.index(max(widths))] -= 1
    lines = [[column.title for column in columns], ["-" * places for places in widths], *cells]
    return [_line(columns, widths, line) for line in lines]


def _line(columns: Sequence[Column], widths: Sequence[int], cells: Sequence[str]) -> str:
    parts = []
    for column, places, cell in zip(columns, widths, cells, strict=True):
        text = shortened(cell, places)
        fill = " " * (places - width(text))
        parts.append(fill + text if column.right else text + fill)
    return GAP.join(parts).rstrip()


def _clean(text: str) -> str:
    """One line without control characters, which could move the cursor or change colours."""
    return "".join(char if char.isprintable() else " " for char in text)


def pairs(items: Iterable[tuple[str, str]], *, right: bool = False) -> list[str]:
    """Labels and values under each other, values at the left or ``right``; those without a value are left out."""
    shown = [(label, _clean(value)) for label, value in items if value]
    widest = max((width(label) for label, _ in shown), default=0)
    places = max((width(value) for _, value in shown), default=0) if right else 0
    return [
        label + " " * (widest - width(label)) + GAP + " " * (places - width(value)) + value for label, value in shown
    ]


def show(lines: Iterable[str]) -> None:
    """Print lines; a sign the terminal cannot show becomes a question mark."""
    encoding = sys.stdout.encoding or "utf-8"
    for line in lines:
        print(line.encode(encoding, "replace").decode(encoding))


def show_json(value: Any) -> None:
    """Print a value as JSON: keys and dates as text, Decimals as text so that they stay exact."""
    print(json.dumps(value, default=_plain, ensure_ascii=True, indent=2))


def _plain(value: Any) -> Any:
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return {item.name: getattr(value, item.name) for item in dataclasses.fields(value)}
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, frozenset | set):
        return sorted(value)
    if isinstance(value, uuid.UUID | Decimal | Path):
        return str(value)
    raise TypeError(f"{value!r} has no JSON form")


def money(minor: int, code: str) -> str:
    """An amount with separators and the currency's decimals, without its sign."""
    return f"{to_major(minor, code):,f}"


def major(minor: int, code: str) -> str:
    """An amount as programs read it: no separators, the currency's decimals."""
    return f"{to_major(minor, code):f}"


def with_amounts(row: Any, code: str, amounts: Iterable[str]) -> dict[str, Any]:
    """A row as an object; its ``amounts`` in major units of ``code`` as text."""
    found = {item.name: getattr(row, item.name) for item in dataclasses.fields(row)}
    for name in amounts:
        if found[name] is not None:
            found[name] = major(found[name], code)
    return found


def day(value: dt.date | None) -> str:
    """A date, nothing for none."""
    return value.isoformat() if value else ""


def write_file(path: Path, content: bytes) -> None:
    """Write a result whole or not at all; raises EnvironmentFault when that cannot be done."""
    part = path.with_name(path.name + ".part")
    try:
        part.write_bytes(content)
        part.replace(path)
    except OSError as error:
        with contextlib.suppress(OSError):
            part.unlink(missing_ok=True)
        raise EnvironmentFault(
            N_("%(path)s cannot be written."),
            N_("Check that the folder exists and that you may write to it."),
            path=str(path),
        ) from error
