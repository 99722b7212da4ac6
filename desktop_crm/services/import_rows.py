"""Text files as rows: what encoding they are in, where each row stands, and which rows are broken.

A broken row (an unclosed quote, a wrong number of columns, a cell of megabytes) is told and left out; reading
goes on with the next line of the file.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_

MOST_BYTES = 500_000_000
MOST_CELL = 131_072  # characters; no honest cell is longer
ENCODINGS = ("cp950", "gb18030", "cp1252")
FEW_ZEROS = 100  # fewer than one zero in so many bytes is no UTF-16
PROBE = 200_000  # bytes that are enough to tell an encoding by
DELIMITERS = ",;\t"
Problem = Callable[[int, str, dict[str, object]], None]


@dataclass(frozen=True, slots=True)
class Row:
    """The cells of a row by column name; ``line`` is where it begins in the file, counted from 1."""

    line: int
    cells: dict[str, str]


def read_text(path: Path, encoding: str = "") -> str:
    """The text of a file in the given or found-out encoding.

    Raises UserError for a file that is empty, too large or no text, EnvironmentFault when it cannot be read.
    """
    try:
        if path.stat().st_size > MOST_BYTES:
            raise UserError(N_("%(file)s is larger than 500 MB."), N_("Split it and import the parts."), file=path.name)
        content = path.read_bytes()
    except OSError as error:
        raise EnvironmentFault(
            N_("%(path)s cannot be read."), N_("Check that you may read the file."), path=str(path)
        ) from error
    try:
        return content.decode(encoding or encoding_of(content))
    except (UnicodeDecodeError, LookupError):
        raise UserError(
            N_("%(file)s is not a text file in a known encoding."),
            N_("Save it as UTF-8 and try again."),
            file=path.name,
        ) from None


def encoding_of(content: bytes) -> str:
    """UTF-8 and UTF-16 by their marks or form, then the likeliest of Big5, GB 18030 and Western European."""
    if content[:2] in (b"\xff\xfe", b"\xfe\xff"):
        return "utf-16"
    if b"\0" in content[:PROBE]:
        if wide := _utf16_without_mark(content[:PROBE]):
            return wide
        content = content.replace(b"\0", b"")
    try:
        content.decode("utf-8")
    except UnicodeDecodeError:
        from charset_normalizer import from_bytes

        best = from_bytes(content[:PROBE].rpartition(b"\n")[0] or content[:PROBE], cp_isolation=list(ENCODINGS)).best()
        return best.encoding if best else ENCODINGS[1]
    return "utf-8-sig"


def _utf16_without_mark(content: bytes) -> str:
    """Western letters have their zero byte second in little-endian text; binary data has zeros in both places.

    "" where there are hardly any: bytes that got lost among others.
    """
    even, odd = content[0::2].count(0), content[1::2].count(0)
    if max(even, odd) < max(3, len(content) / FEW_ZEROS):
        return ""
    if odd > 10 * even:
        return "utf-16-le"
    return "utf-16-be" if even > 10 * odd else ""


def split(text: str, delimiter: str, problem: Problem) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of every row that is not blank; ``problem(line, message, params)`` hears of broken ones.

    ``delimiter`` "" means any run of blanks.
    """
    lines = list(io.StringIO(text.replace("\0", ""), newline=""))
    if not delimiter:
        yield from ((place, line.split()) for place, line in enumerate(lines, start=1) if line.strip())
        return
    start = 0
    while start < len(lines):
        start = yield from _run(lines, start, delimiter, problem)


def _run(lines: list[str], start: int, delimiter: str, problem: Problem) -> Generator[tuple[int, list[str]], None, int]:
    """Rows from line ``start`` (counted from 0) to the next broken one; returns where to go on."""
    reader = csv.reader((lines[place] for place in range(start, len(lines))), delimiter=delimiter, strict=True)
    begun = start
    width = 0
    while True:
        try:
            cells = next(reader)
        except StopIteration:
            return len(lines)
        except csv.Error:
            if start + reader.line_num > begun + 1 or len(lines[begun]) < MOST_CELL:
                problem(begun + 1, N_("A quotation mark is not closed."), {})
            else:
                problem(begun + 1, N_("A cell is longer than %(limit)s characters."), {"limit": MOST_CELL})
            return begun + 1
        end = start + reader.line_num
        if any(cells):
            width = width or len(cells)
            if len(cells) != width and end > begun + 1:
                problem(begun + 1, N_("A quotation mark is not closed."), {})
                return begun + 1
            yield begun + 1, cells
        begun = end


def delimiter_of(text: str) -> str:
    """The sign that parts the cells of the first line: comma, semicolon or tabulator."""
    first = text.lstrip("\r\n").partition("\n")[0]
    return max(DELIMITERS, key=first.count)


def rows(text: str, form: str, columns: list[str], problem: Problem) -> tuple[list[str], list[Row]]:
    """The column names and rows of a text; ``form`` is "csv" or "blanks", ``columns`` the names if it has no header."""
    delimiter = "" if form == "blanks" else delimiter_of(text)
    names = list(columns)
    found: list[Row] = []
    for line, cells in split(text, delimiter, problem):
        if not names:
            names = [cell.strip() for cell in cells]
        elif len(cells) != len(names):
            problem(
                line,
                N_("The row has %(found)s columns instead of %(expected)s."),
                {"found": len(cells), "expected": len(names)},
            )
        elif any(len(cell) > MOST_CELL for cell in cells):
            problem(line, N_("A cell is longer than %(limit)s characters."), {"limit": MOST_CELL})
        else:
            found.append(Row(line, dict(zip(names, cells, strict=True))))
    return names, found
