"""CSV files row by row, however large: encoding, sign between the cells, and which rows are broken.

A broken row (an unclosed quote, a cell of megabytes, characters of another encoding) is told with the line it
begins in, and reading goes on with the next line of the file, so that nothing is lost.
"""

from __future__ import annotations

import csv
import re
from collections import Counter, deque
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import TextIO

from desktop_crm.core.i18n import N_
from desktop_crm.services import import_rows
from desktop_crm.services.import_headings import meanings
from desktop_crm.services.import_rows import MOST_CELL

ENCODINGS = ("utf-8-sig", "cp950", "gb18030", "utf-16", "big5hkscs", "shift_jis", "cp1252")
DELIMITERS = (",", ";", "\t", "|")
MOST_LINE = 1_000_000  # characters of one line that are looked at
MOST_LINES = 500  # of one row; a quotation mark open for longer was never closed
PROBE = 200_000  # bytes that encoding and delimiter are told by
SAMPLE = 30  # lines the delimiter is told by
LOST = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True, slots=True)
class Record:
    """A row: the line it begins in, counted from 1, its cells, and a msgid with parameters if it cannot be used."""

    line: int
    cells: list[str]
    fault: str = ""
    params: dict[str, object] = field(default_factory=dict)


class _TooMuch(Exception):
    """A line without end, or a row of too many lines."""


class _Lines:
    """The lines of a file, of which those of the row being read can be given back."""

    def __init__(self, file: TextIO) -> None:
        self._file = file
        self._back: deque[str] = deque()
        self.line = 0
        self.taken: list[str] = []

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        text = self._back.popleft() if self._back else self._file.readline(MOST_LINE)
        if not text:
            raise StopIteration
        self.line += 1
        self.taken.append(text)
        if len(self.taken) > MOST_LINES or (len(text) >= MOST_LINE and text[-1] not in "\r\n"):
            raise _TooMuch
        return text.replace("\0", "") if "\0" in text else text

    def give_back(self) -> None:
        """Go on after the first line taken."""
        self._back.extendleft(reversed(self.taken[1:]))
        self.line -= len(self.taken) - 1

    def skip_line(self) -> None:
        """Pass over what is left of a line without end."""
        text = self.taken[-1]
        while text and text[-1] not in "\r\n":
            text = self._file.readline(MOST_LINE)


def records(path: Path, encoding: str, delimiter: str, width: int = 0) -> Iterator[Record]:
    """Every row that is not blank; ``width`` is how many cells a row of several lines must have (0: any number)."""
    with path.open(encoding=encoding, errors="replace", newline="") as file:
        lines = _Lines(file)
        reader = csv.reader(lines, delimiter=delimiter, strict=True)
        while True:
            try:
                cells = next(reader)
            except StopIteration:
                return
            except (csv.Error, _TooMuch):
                yield _broken(lines, delimiter)
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
                lines.taken.clear()
                continue
            if len(lines.taken) > 1 and width and len(cells) != width:
                yield _unclosed(lines)
                reader = csv.reader(lines, delimiter=delimiter, strict=True)
            elif any(cells):
                yield _sound(lines, cells)
            lines.taken.clear()


def _sound(lines: _Lines, cells: list[str]) -> Record:
    line = lines.line - len(lines.taken) + 1
    if any(LOST in cell for cell in cells):
        return Record(line, cells, N_("The row has characters that are not of this encoding."))
    return Record(line, cells)


def _broken(lines: _Lines, delimiter: str) -> Record:
    text = "".join(lines.taken)
    column = long_cell(text, delimiter) if len(text) > MOST_CELL else 0
    if not column:
        return _unclosed(lines)
    lines.skip_line()
    return Record(
        lines.line - len(lines.taken) + 1,
        [text[:1000]],
        N_("The cell in column %(column)s is longer than %(limit)s characters."),
        {"column": column, "limit": MOST_CELL},
    )


def _unclosed(lines: _Lines) -> Record:
    line = lines.line - len(lines.taken) + 1
    first = lines.taken[0].rstrip("\r\n")
    if len(first) >= MOST_LINE:
        lines.skip_line()
    lines.give_back()
    return Record(line, [first[:MOST_CELL]], N_("A quotation mark is not closed."))


def long_cell(text: str, delimiter: str) -> int:
    """The column, counted from 1, of the first cell that is too long; 0 if there is none."""
    sign = re.escape(delimiter)
    cell = re.compile(rf'(?:"(?:[^"]|"")*(?:"|\Z)[^{sign}\r\n]*|[^{sign}\r\n]*)({sign}|[\r\n]+|\Z)')
    place = column = 0
    while place < len(text) and (found := cell.match(text, place)) is not None:
        column += 1
        if found.end() - found.start() > MOST_CELL:
            return column
        if not found[1].startswith(delimiter):
            column = 0
        if found.end() == place:
            break
        place = found.end()
    return 0


def guess_encoding(content: bytes) -> str:
    """The likeliest encoding of a file that begins with ``content``; known headings speak louder than statistics."""
    head = content.rpartition(b"\n")[0] or content
    plain = import_rows.encoding_of(head)
    if plain.startswith("utf"):
        return plain
    first = head[:5000]
    known = {name: _known_words(first, name) for name in ("cp950", "gb18030")}
    best = max(known, key=lambda name: known[name])
    return best if known[best] else plain


def _known_words(content: bytes, encoding: str) -> int:
    cells = re.split(r"[,;\t|\r\n]", content.decode(encoding, "replace"))
    return sum(not cell.isascii() and bool(meanings(cell.strip(' "'))) for cell in cells)


def guess_delimiter(text: str) -> str:
    """The sign that gives the most lines the same number of cells, and the more cells the better."""
    lines = [line for line in text.splitlines()[:SAMPLE] if line.strip()]
    return max(DELIMITERS, key=lambda sign: _evenness(lines, sign))


def _evenness(lines: list[str], sign: str) -> float:
    try:
        widths = Counter(len(row) for row in csv.reader(lines, delimiter=sign))
    except csv.Error:
        return 0
    if not widths:
        return 0
    width, times = widths.most_common(1)[0]
    return (width - 1) * times / sum(widths.values())
