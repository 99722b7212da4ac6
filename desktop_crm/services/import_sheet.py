"""Workbooks (.xlsx) of strangers: measured by a streaming pass before anything is loaded, then read row by row.

Meant for the worker process, which has a memory limit.
"""

from __future__ import annotations

import datetime as dt
import re
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from decimal import Decimal
from pathlib import Path
from typing import Any

from desktop_crm.core.errors import CrmError, EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services.import_rows import MOST_CELL
from desktop_crm.services.import_text import Record

MOST_CELLS = 2_000_000  # of the box that covers every cell of a sheet
MOST_UNPACKED = 500_000_000  # bytes
HEAD_ROWS = 20  # among which headings are looked for
OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
MAIN = "{http://schemas.openxmlformats.org/spreadsheetml/2006/main}"
STRICT = "{http://purl.oclc.org/ooxml/spreadsheetml/main}"
PLACE = re.compile(r"([A-Z]{1,3})(\d{1,7})")


@dataclass(frozen=True, slots=True)
class Merge:
    """Cells drawn as one, counted from 1: a row, its first and its last column."""

    row: int
    first: int
    last: int


@dataclass(frozen=True, slots=True)
class Sheet:
    """A sheet as measured: how far its cells reach, merged cells near the top, formulas that have no stored value.

    ``far`` names the cell that makes it too large, "" for a sheet that can be read.
    """

    name: str
    hidden: bool
    rows: int = 0
    columns: int = 0
    merges: tuple[Merge, ...] = ()
    unvalued: int = 0
    far: str = ""


def sheets(path: Path) -> tuple[Sheet, ...]:
    """The sheets of a workbook, measured; raises UserError for what is none, is locked, or unpacks too large."""
    with _foreign(path), path.open("rb") as file:
        _require_zip(path, file.read(2_000_000))
        with zipfile.ZipFile(path) as archive:
            if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
                raise UserError(
                    N_("%(file)s unpacks to more than 500 MB."), N_("Save the sheet alone as CSV and import that."),
                    file=path.name,
                )  # fmt: skip
            return tuple(_measured(archive, sheet, part) for sheet, part in _parts(archive))


def rows(path: Path, sheet: Sheet) -> Iterator[Record]:
    """Every row of a sheet that is not blank, cells as text; formulas give the value that was stored with them."""
    if sheet.far:
        raise UserError(
            N_("The sheet %(sheet)s reaches as far as cell %(cell)s; more than %(limit)s cells cannot be read."),
            N_("Delete the empty rows and columns beyond the data, or save the sheet as CSV."),
            sheet=sheet.name, cell=sheet.far, limit=MOST_CELLS,
        )  # fmt: skip
    import openpyxl

    with _foreign(path):
        book = openpyxl.load_workbook(path, read_only=True, data_only=True, keep_links=False)
        try:
            cells: Any = book[sheet.name]
            cells.reset_dimensions()
            for line, values in enumerate(cells.iter_rows(values_only=True), start=1):
                texts = [text_of(value) for value in values]
                if any(texts):
                    yield _record(line, texts)
        finally:
            book.close()


def text_of(value: Any) -> str:
    """The value of a cell as text: dates as ISO, whole numbers without a point, never with an exponent."""
    if value is None:
        return ""
    if isinstance(value, dt.datetime):
        return value.date().isoformat() if value.time() == dt.time() else value.isoformat(" ", "minutes")
    if isinstance(value, bool | str | int | dt.date | dt.time | dt.timedelta):
        return str(value)
    number = Decimal(repr(value))
    whole = number.to_integral_value() if number.is_finite() else number
    return f"{whole:f}" if number == whole else f"{number:f}"


def column_name(number: int) -> str:
    """The letters of a column counted from 1: 1 is A, 16384 XFD."""
    letters = ""
    while number:
        number, rest = divmod(number - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def _record(line: int, texts: list[str]) -> Record:
    for column, text in enumerate(texts, start=1):
        if len(text) > MOST_CELL:
            return Record(
                line, [cell[:1000] for cell in texts],
                N_("The cell in column %(column)s is longer than %(limit)s characters."),
                {"column": column, "limit": MOST_CELL},
            )  # fmt: skip
    return Record(line, texts)


@contextmanager
def _foreign(path: Path) -> Iterator[None]:
    """Whatever a damaged workbook makes its readers raise becomes one sentence."""
    try:
        yield
    except (CrmError, MemoryError, GeneratorExit):
        raise
    except OSError as error:
        raise EnvironmentFault(
            N_("%(path)s cannot be read."), N_("Check that you may read the file."), path=str(path)
        ) from error
    except Exception as error:  # the readers promise no kind
        raise UserError(
            N_("%(file)s cannot be read as a workbook."),
            N_("Open it in Excel or LibreOffice, save it anew as .xlsx and try again."),
            file=path.name,
        ) from error


def _require_zip(path: Path, head: bytes) -> None:
    if head.startswith(b"PK\x03\x04"):
        return
    if not head:
        raise UserError(N_("%(file)s is empty."), N_("Choose another file."), file=path.name)
    if head.startswith(OLE) and "EncryptedPackage".encode("utf-16-le") in head:
        raise UserError(
            N_("%(file)s is locked with a password."), N_("Save it without a password and try again."), file=path.name
        )
    if head.startswith(OLE):
        raise UserError(
            N_("%(file)s is a workbook of the old kind (.xls)."), N_("Save it as .xlsx or CSV and try again."),
            file=path.name,
        )  # fmt: skip
    raise UserError(
        N_("%(file)s is no Excel workbook."), N_("Choose a file that ends in .xlsx or .csv."), file=path.name
    )


def _parts(archive: zipfile.ZipFile) -> Iterator[tuple[Sheet, str]]:
    """The sheets in the order of the workbook and the part of the archive each stands in."""
    from defusedxml.ElementTree import parse

    with archive.open("xl/_rels/workbook.xml.rels") as file:
        targets = {item.get("Id"): item.get("Target", "") for item in parse(file).getroot()}
    with archive.open("xl/workbook.xml") as file:
        root = parse(file).getroot()
    for item in root.iter():
        if item.tag in (f"{MAIN}sheet", f"{STRICT}sheet"):
            key = next((value for name, value in item.attrib.items() if name.endswith("}id")), "")
            target = targets.get(key, "")
            part = target.lstrip("/") if target.startswith("/") else f"xl/{target}"
            if "worksheet" in part:
                yield Sheet(item.get("name", ""), item.get("state", "visible") != "visible"), part


def _measured(archive: zipfile.ZipFile, sheet: Sheet, part: str) -> Sheet:
    """Pass over the XML of a sheet, keeping none of it."""
    from defusedxml.ElementTree import iterparse

    last_row = last_column = row = column = unvalued = 0
    merges: list[Merge] = []
    with archive.open(part) as file:
        for event, item in iterparse(file, events=("start", "end")):
            kind = item.tag.rpartition("}")[2]
            if event == "start":
                if kind == "row":
                    row, column = int(item.get("r") or row + 1), 0
                elif kind == "c":
                    row, column = _place(item.get("r"), row, column)
                    last_row, last_column = max(last_row, row), max(last_column, column)
                    if last_row * last_column > MOST_CELLS:
                        return replace(sheet, far=f"{column_name(last_column)}{last_row}")
                continue
            if kind == "c":
                children = {child.tag.rpartition("}")[2]: child.text for child in item}
                unvalued += "f" in children and not children.get("v")
            elif kind == "mergeCell":
                merges += _merge(item.get("ref", ""))
            if kind in ("c", "row", "mergeCell"):
                item.clear()
    return replace(sheet, rows=last_row, columns=last_column, merges=tuple(merges), unvalued=unvalued)


def _place(reference: str | None, row: int, column: int) -> tuple[int, int]:
    found = PLACE.fullmatch(reference or "")
    if found is None:
        return row, column + 1
    number = 0
    for letter in found[1]:
        number = number * 26 + ord(letter) - 64
    return int(found[2]), number


def _merge(reference: str) -> list[Merge]:
    first, _, last = reference.partition(":")
    top, left = _place(first, 0, 0)
    bottom, right = _place(last or first, 0, 0)
    return [Merge(row, left, right) for row in range(top, min(bottom, HEAD_ROWS) + 1)]
