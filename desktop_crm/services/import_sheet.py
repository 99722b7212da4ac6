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
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from desktop_crm.core.errors import CrmError, EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services.import_rows import MOST_CELL
from desktop_crm.services.import_text import Record

if TYPE_CHECKING:
    from xml.parsers.expat import XMLParserType

MOST_CELLS = 2_000_000  # of the box that covers every cell of a sheet
MOST_UNPACKED = 500_000_000  # bytes
BLOCK = 1 << 16
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
    with _foreign(path):
        stamp = path.stat()
        return _sheets(path, stamp.st_mtime_ns, stamp.st_size)


@lru_cache(maxsize=4)
def _sheets(path: Path, _changed: int, _size: int) -> tuple[Sheet, ...]:
    """Measured once for as long as the file stays what it is."""
    with path.open("rb") as file:
        _require_zip(path, file.read(2_000_000))
    with zipfile.ZipFile(path) as archive:
        if sum(item.file_size for item in archive.infolist()) > MOST_UNPACKED:
            raise UserError(
                N_("%(file)s unpacks to more than 500 MB."),
                N_("Save the sheet alone as CSV and import that."),
                file=path.name,
            )
        return tuple(_measured(archive, sheet, part) for sheet, part in _parts(archive))


def rows(path: Path, sheet: Sheet) -> Iterator[Record]:
    """Every row of a sheet that is not blank, cells as text; formulas give the value that was stored with them."""
    if sheet.far:
        raise UserError(
            N_("The sheet %(sheet)s reaches as far as cell %(cell)s; more than %(limit)s cells cannot be read."),
            N_("Delete the empty rows and columns beyond the data, or save the sheet as CSV."),
            sheet=sheet.name, cell=sheet.far, limit=f"{MOST_CELLS:,}",
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
    """Pass over the XML of a sheet, keeping none of it; a document type, which could define entities, is refused."""
    from xml.parsers import expat

    parser = expat.ParserCreate(namespace_separator=" ")
    gauge = _Gauge(parser)
    parser.StartElementHandler = gauge.meet
    parser.StartDoctypeDeclHandler = _refuse
    with archive.open(part) as file:
        while gauge.rows * gauge.columns <= MOST_CELLS and (block := file.read(BLOCK)):
            parser.Parse(block)
        if gauge.rows * gauge.columns > MOST_CELLS:
            return replace(sheet, far=f"{column_name(gauge.columns)}{gauge.rows}")
        parser.Parse(b"", True)
    gauge.end_cell()
    return replace(sheet, rows=gauge.rows, columns=gauge.columns, merges=tuple(gauge.merges), unvalued=gauge.unvalued)


class _Gauge:
    """How far the cells of a sheet reach, told of every element as it begins."""

    def __init__(self, parser: XMLParserType) -> None:
        self._parser = parser
        self.rows = self.columns = self.unvalued = 0
        self.merges: list[Merge] = []
        self._row = self._column = 0
        self._formula = self._value = False

    def meet(self, name: str, attributes: dict[str, str]) -> None:
        """An element."""
        kind = name.rpartition(" ")[2]
        if kind == "c":
            self.end_cell()
            self._row, self._column = _place(attributes.get("r"), self._row, self._column)
            self.rows, self.columns = max(self.rows, self._row), max(self.columns, self._column)
        elif kind == "v" and self._formula:
            self._parser.CharacterDataHandler = self._hear
        elif kind == "f":
            self._formula = True
        elif kind == "row":
            self._row, self._column = int(attributes.get("r") or self._row + 1), 0
        elif kind == "mergeCell":
            self.merges += _merge(attributes.get("ref", ""))

    def end_cell(self) -> None:
        """The cell met before is over."""
        if self._formula:
            self.unvalued += not self._value
            self._formula = self._value = False
            self._parser.CharacterDataHandler = None

    def _hear(self, _text: str) -> None:
        self._value = True


def _refuse(*_declaration: object) -> None:
    raise ValueError("a sheet has no document type")


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
