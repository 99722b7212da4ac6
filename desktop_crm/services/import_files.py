"""A table in a file, CSV or workbook: what it looks like, and its rows one after the other."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import islice
from pathlib import Path

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services import import_guess, import_sheet, import_text
from desktop_crm.services.import_sheet import Sheet
from desktop_crm.services.import_text import Record

SAMPLE = 300  # rows that headings and columns are guessed from
MOST_COLUMNS = 500
WORKBOOKS = (".xlsx", ".xlsm", ".xls", ".xltx", ".xlsb")
FIND = -1  # the heading line is to be found


@dataclass(frozen=True, slots=True)
class Choice:
    """How a file is read: encoding and delimiter of a CSV, sheet of a workbook ("" is found out).

    ``header`` is the line of the headings, 0 when there are none, FIND to look for it.
    """

    path: Path
    encoding: str = ""
    delimiter: str = ""
    sheet: str = ""
    header: int = FIND


@dataclass(frozen=True, slots=True)
class Look:
    """What a file looks like: the choice completed, its headings, the first rows, the sheets of a workbook.

    ``remarks`` are (msgid, parameters) worth saying about the file.
    """

    choice: Choice
    headings: tuple[str, ...]
    rows: tuple[Record, ...]
    sheets: tuple[Sheet, ...] = ()
    remarks: tuple[tuple[str, dict[str, object]], ...] = ()

    @property
    def is_workbook(self) -> bool:
        """Whether it is a workbook; else a CSV file."""
        return bool(self.sheets)


def look(choice: Choice) -> Look:
    """Find out what was not chosen, and read the first rows.

    Raises UserError for a file that is empty, no table, too large or locked; EnvironmentFault for one that cannot
    be read.
    """
    choice, sheets = _completed(choice)
    first = list(islice(_raw(choice, sheets, 0), SAMPLE + 1))
    if not first:
        raise UserError(N_("%(file)s has no rows."), N_("Choose another file."), file=choice.path.name)
    if choice.header == FIND:
        sound = [(row.line, row.cells) for row in first if not row.fault]
        choice = replace(choice, header=import_guess.find_header(sound))
    headings = _headings(first, choice.header, _merged(sheets, choice), padded=bool(sheets))
    # a CSV is read once more, now that the number of its columns tells which quotes are not closed
    again = first if sheets else _raw(choice, sheets, len(headings))
    rows = tuple(islice(_below(choice, again, len(headings)), SAMPLE))
    if not rows:
        raise UserError(N_("%(file)s has headings and no rows."), N_("Choose another file."), file=choice.path.name)
    return Look(choice, headings, rows, sheets, tuple(_remarks(choice, sheets)))


def rows(choice: Choice, width: int, tell: Callable[[int], None] | None = None) -> Iterator[Record]:
    """Every row below the headings; those that have another number of cells than ``width`` carry a fault.

    ``choice`` is a completed one; ``tell`` hears now and then of the line reached.
    """
    sheets = import_sheet.sheets(choice.path) if choice.sheet else ()
    for count, row in enumerate(_below(choice, _raw(choice, sheets, width), width), start=1):
        if tell is not None and count % 500 == 0:
            tell(row.line)
        yield row


def _completed(choice: Choice) -> tuple[Choice, tuple[Sheet, ...]]:
    """The choice with encoding and delimiter, or sheet; what a file is shows in its first bytes, not in its name."""
    head = _head(choice.path)
    if not head.strip(b"\0\r\n\t \xef\xbb\xbf\xff\xfe"):
        raise UserError(N_("%(file)s is empty."), N_("Choose another file."), file=choice.path.name)
    if head.startswith((b"PK\x03\x04", import_sheet.OLE)) or choice.path.suffix.lower() in WORKBOOKS:
        sheets = import_sheet.sheets(choice.path)
        return replace(choice, sheet=choice.sheet or _first_sheet(choice, sheets)), sheets
    encoding = choice.encoding or import_text.guess_encoding(head)
    try:
        text = head.decode(encoding, "replace")
    except LookupError:
        raise UserError(N_("%(file)s is not a text file in a known encoding."), file=choice.path.name) from None
    _require_text(choice.path, text)
    return replace(choice, encoding=encoding, delimiter=choice.delimiter or import_text.guess_delimiter(text)), ()


def _head(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(import_text.PROBE)
    except OSError as error:
        raise EnvironmentFault(
            N_("%(path)s cannot be read."), N_("Check that you may read the file."), path=str(path)
        ) from error


def _require_text(path: Path, text: str) -> None:
    """A picture or program read as text is full of control signs."""
    odd = sum(1 for sign in text if sign < " " and sign not in "\t\r\n\0\f")
    if odd > 5 + len(text) / 50 or text.count("\0") > 5 + len(text) / 10:
        raise UserError(N_("%(file)s is no table."), N_("Choose a file that ends in .xlsx or .csv."), file=path.name)


def _first_sheet(choice: Choice, sheets: Sequence[Sheet]) -> str:
    """The first sheet one sees that has rows."""
    found = next((sheet for sheet in sheets if not sheet.hidden and (sheet.rows or sheet.far)), None)
    if found is None:
        raise UserError(N_("%(file)s has no sheet with rows."), N_("Choose another file."), file=choice.path.name)
    return found.name


def _raw(choice: Choice, sheets: Sequence[Sheet], width: int) -> Iterator[Record]:
    if choice.sheet:
        sheet = next((one for one in sheets if one.name == choice.sheet), None)
        if sheet is None:
            raise UserError(N_("There is no sheet %(sheet)s."), N_("Choose another sheet."), sheet=choice.sheet)
        return import_sheet.rows(choice.path, sheet)
    return import_text.records(choice.path, choice.encoding, choice.delimiter, width)


def _below(choice: Choice, rows: Iterable[Record], width: int) -> Iterator[Record]:
    """The rows below the headings, each as long as they are or with a fault."""
    for row in rows:
        if row.line > choice.header:
            yield row if row.fault else _fitted(row, width, padded=bool(choice.sheet))


def _fitted(row: Record, width: int, *, padded: bool) -> Record:
    """A row with as many cells as there are headings; sheets leave out blank cells at the end, CSV files do not."""
    count = len(row.cells)
    if count == width:
        return row
    if count > width and not any(cell.strip() for cell in row.cells[width:]):
        return replace(row, cells=row.cells[:width])
    if count < width and padded:
        return replace(row, cells=[*row.cells, *[""] * (width - count)])
    return replace(
        row,
        fault=N_("The row has %(found)s columns instead of %(expected)s."),
        params={"found": count, "expected": width},
    )


def _headings(first: Sequence[Record], header: int, merged: dict[int, int], *, padded: bool) -> tuple[str, ...]:
    """The names of the columns: blank ones are numbered, doubled ones counted, merged ones repeated."""
    sound = [row.cells for row in first if not row.fault]
    if not header:
        width = Counter(len(cells) for cells in sound).most_common(1)[0][0] if sound else 0
        cells = [""] * width
    else:
        cells = next((row.cells for row in first if row.line == header and not row.fault), [])
        below = [row.cells for row in first if row.line > header and not row.fault]
        if padded:
            cells = [*cells, *[""] * (max(map(len, below), default=0) - len(cells))]
        while cells and not cells[-1].strip() and not any(len(r) >= len(cells) and r[len(cells) - 1] for r in below):
            cells = cells[:-1]
    seen: Counter[str] = Counter()
    names = []
    for place, cell in enumerate(cells[:MOST_COLUMNS]):
        name = " ".join(cell.split())
        if not name and place in merged:
            name = " ".join(cells[merged[place]].split())
        name = name or f"#{place + 1}"
        seen[name] += 1
        names.append(f"{name} ({seen[name]})" if seen[name] > 1 else name)
    return tuple(names)


def _merged(sheets: Sequence[Sheet], choice: Choice) -> dict[int, int]:
    """Columns from 0 whose heading stands in an earlier column, because the cells are merged."""
    sheet = next((one for one in sheets if one.name == choice.sheet), None)
    merges = [merge for merge in (sheet.merges if sheet else ()) if merge.row == choice.header]
    return {column - 1: merge.first - 1 for merge in merges for column in range(merge.first + 1, merge.last + 1)}


def _remarks(choice: Choice, sheets: Sequence[Sheet]) -> Iterator[tuple[str, dict[str, object]]]:
    for sheet in sheets:
        if sheet.name == choice.sheet and sheet.unvalued:
            yield (
                N_("%(count)s formulas have no stored value and read as empty; save the file in Excel once."),
                {"count": sheet.unvalued},
            )
