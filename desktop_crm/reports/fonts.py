"""The bundled faces of printed sheets, with a fallback per character.

Each language reads its own face first: Noto Sans SC for ``zh_CN``, Noto Sans TC for the others, then
the other of the two. A character that neither has is shown as 〓. A face is parsed when the first
character needs it and stays parsed for the life of the process.
"""

from __future__ import annotations

import re
import struct
import sys
import threading
import unicodedata
from array import array
from functools import lru_cache
from itertools import chain, groupby, repeat
from operator import attrgetter
from typing import NamedTuple
from weakref import WeakKeyDictionary

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTEncoding, TTFont, TTFontFace

from desktop_crm.core import paths

GETA = "〓"  # the printers' mark for a sort that is missing
_BLANK = re.compile("[\u00a0\u3000]")
_BREAK = re.compile("[\\t\\n\\v\\f\\r\\x1c-\\x1e\\x85\u2028\u2029]")
_SELECTORS = re.compile("[\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_MARKS = re.compile("[\u0300-\u036f\ufe00-\ufe0f\U000e0100-\U000e01ef]")
_lock = threading.Lock()


class Glyph(NamedTuple):
    """How one character is drawn: face name, the character shown, advance in 1/1000 of the size."""

    face: str
    shown: str
    advance: float


_FACE_OF = attrgetter("face")


class _QuickFace(TTFontFace):  # type: ignore[misc]  # reportlab has no types
    """A TrueType face whose big tables are read as arrays; reportlab reads them number by number, six times slower.

    Only for the bundled files: a format 12 character map is required.
    """

    def extractInfo(self, charInfo: int = 1) -> None:
        """Read the header tables as reportlab does, then character map, widths and glyph positions."""
        super().extractInfo(0)
        self.charToGlyph: dict[int, int] = self._read_characters()
        widths, bearings = self._read_widths()
        self.hmetrics: list[tuple[int, int]] = list(zip(widths, bearings, strict=True))
        self.defaultWidth: float = self._pdfScale(widths[0])
        self.charWidths: dict[int, float] = {c: self._pdfScale(widths[g]) for c, g in self.charToGlyph.items()}
        long_offsets = self.get_ushort(self.get_table_pos("head")[0] + 50)
        offsets = _big_endian("I" if long_offsets else "H", self.get_table("loca"))
        self.glyphPos: list[int] = offsets.tolist() if long_offsets else [n << 1 for n in offsets]

    def _read_characters(self) -> dict[int, int]:
        """Unicode to glyph number, from the format 12 subtable (OpenType specification, cmap)."""
        table = self.get_table("cmap")
        for start in {
            struct.unpack_from(">L", table, 8 + 8 * n)[0] for n in range(struct.unpack_from(">H", table, 2)[0])
        }:
            if struct.unpack_from(">H", table, start)[0] == 12:
                count = struct.unpack_from(">L", table, start + 12)[0]
                groups = struct.iter_unpack(">LLL", table[start + 16 : start + 16 + 12 * count])
                return dict(
                    chain.from_iterable(
                        zip(range(a, z + 1), range(g, g + z - a + 1), strict=True) for a, z, g in groups
                    )
                )
        raise ValueError(f"{self.filename} has no character map of format 12")

    def _read_widths(self) -> tuple[list[int], list[int]]:
        """Advance widths and left bearings (as unsigned numbers) of every glyph."""
        full = self.get_ushort(self.get_table_pos("hhea")[0] + 34)
        numbers = _big_endian("H", self.get_table("hmtx")[: 4 * full + 2 * (self.numGlyphs - full)])
        widths, bearings = numbers[: 2 * full : 2].tolist(), numbers[1 : 2 * full : 2].tolist()
        widths.extend(repeat(widths[-1], self.numGlyphs - full))
        return widths, bearings + numbers[2 * full :].tolist()


class _QuickFont(TTFont):  # type: ignore[misc]
    """A font over a ``_QuickFace``; reportlab's own constructor always makes its slow face."""

    def __init__(self, name: str, path: str) -> None:
        self.fontName = name
        self.face = _QuickFace(path)
        self.encoding = TTEncoding()
        self.state: WeakKeyDictionary[object, object] = WeakKeyDictionary()
        self._asciiReadable = False  # True would embed all of ASCII in every sheet
        self.shapable = False


class Typeface(dict[str, Glyph]):
    """One weight of the faces in the order of a language: a character gives its glyph, found on first use."""

    def __init__(self, files: tuple[str, ...]) -> None:
        super().__init__()
        self._files = files

    def __missing__(self, char: str) -> Glyph:
        glyph = self[char] = self._find(char) or self[GETA]
        return glyph

    def covers(self, char: str) -> bool:
        """Whether one of the faces has ``char``."""
        return self[char].shown == char

    def advance(self, char: str) -> float:
        """The width of ``char`` in 1/1000 of the font size."""
        return self[char].advance

    def width(self, text: str, size: float) -> float:
        """The width of ``text`` in points."""
        return sum([glyph.advance for glyph in map(self.__getitem__, text)]) * size / 1000

    def pieces(self, text: str) -> list[tuple[str, str]]:
        """``text`` as it is shown, cut where the face changes: (face name, characters)."""
        glyphs = map(self.__getitem__, text)
        return [(face, "".join([glyph.shown for glyph in run])) for face, run in groupby(glyphs, key=_FACE_OF)]

    def _find(self, char: str) -> Glyph | None:
        for name in self._files:
            advance = font(name).face.charWidths.get(ord(char))
            if advance is not None:
                return Glyph(name, char, advance)
        return None


@lru_cache(maxsize=8)
def typeface(lang: str, bold: bool = False) -> Typeface:
    """The typeface for texts in ``lang``."""
    scripts = ("SC", "TC") if lang == "zh_CN" else ("TC", "SC")
    return Typeface(tuple(f"NotoSans{script}-{'Bold' if bold else 'Regular'}" for script in scripts))


def clean(text: str, *, lines: bool = False) -> str:
    """``text`` as it can be drawn: composed, white space as blanks (line ends stay if ``lines``), control,
    format and variation characters dropped."""
    if _BLANK.sub(" ", text).isprintable() and not _MARKS.search(text):
        return text
    if lines:
        return "\n".join([clean(line) for line in text.splitlines()])
    text = _BREAK.sub(" ", unicodedata.normalize("NFC", text))
    return "".join([c for c in text if unicodedata.category(c) not in ("Cc", "Cf") and not _SELECTORS.match(c)])


def font(name: str) -> TTFont:
    """The parsed font of a bundled file, known to reportlab under ``name``."""
    found = _fonts.get(name)
    if found is None:
        with _lock:
            found = _fonts.get(name) or _load(name)
    return found


_fonts: dict[str, TTFont] = {}


def _load(name: str) -> TTFont:
    font = _fonts[name] = _QuickFont(name, str(paths.resource_dir() / "fonts" / f"{name}.ttf"))
    pdfmetrics.registerFont(font)
    return font


def _big_endian(code: str, data: bytes) -> array[int]:
    numbers = array(code, data)
    if sys.byteorder == "little":
        numbers.byteswap()
    return numbers
