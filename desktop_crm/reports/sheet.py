"""A sheet of paper built from bands: pieces of text, rules and pictures at one height, stacked into pages.

Nothing here knows what a quotation is. Lengths are points (1/72 inch); inside a band y grows
downwards from its top edge. Text is drawn as it is, never read as markup.
"""

from __future__ import annotations

import datetime as dt
import io
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Any, Literal

from reportlab import rl_config
from reportlab.lib.colors import Color, HexColor
from reportlab.lib.pagesizes import A4
from reportlab.lib.utils import ImageReader
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.reports import fonts
from desktop_crm.reports.text_layout import break_text

PAGE_WIDTH: float = A4[0]
PAGE_HEIGHT: float = A4[1]
MARGIN = 42.5  # 15 mm
TOP, BOTTOM = MARGIN, PAGE_HEIGHT - 54.0  # below BOTTOM stands the page number
LEFT, RIGHT = MARGIN, PAGE_WIDTH - MARGIN
WIDTH = RIGHT - LEFT

INK, GREY, FAINT = "#22262B", "#666C74", "#8A9097"
GREEN, LINE, HAIR, SHADE = "#1F6F5C", "#BFC3C7", "#E2E0DA", "#F6F5F2"
_ASCENT, _EM = 0.88, 1000
rl_config.useA85 = 0  # streams as bytes: a quarter smaller than as ASCII

Align = Literal["left", "right", "centre"]


@dataclass(frozen=True, slots=True)
class Style:
    """How text looks; ``leading`` is the height of a line, ``spacing`` the extra room after each character."""

    size: float
    leading: float
    bold: bool = False
    color: str = INK
    spacing: float = 0.0


@dataclass(frozen=True, slots=True)
class Run:
    """One line of text; x is its left edge, y its baseline."""

    x: float
    y: float
    text: str
    style: Style


@dataclass(frozen=True, slots=True)
class Shape:
    """A rule (``height`` 0) or a box; ``fill`` makes it solid, ``dashed`` breaks its outline."""

    x: float
    y: float
    width: float
    height: float
    color: str
    stroke: float = 0.5
    fill: bool = False
    dashed: bool = False


@dataclass(frozen=True, slots=True)
class Picture:
    """An image whose top left corner is at x, y."""

    x: float
    y: float
    width: float
    height: float
    image: ImageReader


@dataclass(slots=True)
class Band:
    """A horizontal strip that is never cut."""

    height: float
    runs: list[Run] = field(default_factory=list)
    shapes: list[Shape | Picture] = field(default_factory=list)

    def add(self, other: Band, dy: float = 0.0) -> None:
        """Put the contents of ``other`` ``dy`` below the top of this band, growing it where needed."""
        self.runs.extend(Run(r.x, r.y + dy, r.text, r.style) for r in other.runs)
        self.shapes.extend(_moved(s, dy) for s in other.shapes)
        self.height = max(self.height, dy + other.height)


@dataclass(slots=True)
class Block:
    """Bands that stay on one page if a page can hold them.

    ``with_next`` holds the next block on the same page too; ``in_table`` repeats the column headers
    on a new page; ``at_bottom`` moves the block to the foot of its page.
    """

    bands: list[Band]
    with_next: bool = False
    in_table: bool = False
    at_bottom: bool = False

    @property
    def height(self) -> float:
        """The height of all bands together."""
        return sum(band.height for band in self.bands)


Page = list[tuple[float, Band]]


class Writer:
    """Measures and places text in the faces of one language."""

    def __init__(self, lang: str) -> None:
        self.lang = lang

    def width(self, text: str, style: Style) -> float:
        """The width of one line of ``text``."""
        return fonts.typeface(self.lang, style.bold).width(text, style.size) + style.spacing * max(len(text) - 1, 0)

    def wrap(self, text: str, style: Style, width: float) -> list[str]:
        """``text`` cleaned and broken into lines of at most ``width``."""
        advance = fonts.typeface(self.lang, style.bold).advance
        return break_text(fonts.clean(text, lines=True), advance, width * _EM / style.size)

    def clip(self, text: str, style: Style, width: float) -> str:
        """``text`` on one line, cut with dots when it is wider than ``width``; for repeated headings only."""
        text = fonts.clean(text)
        if self.width(text, style) <= width:
            return text
        while text and self.width(text + "…", style) > width:
            text = text[:-1]
        return text + "…"

    def pack(self, parts: Iterable[str], style: Style, width: float) -> str:
        """The parts that are not empty one after the other, with line ends where ``width`` asks for them."""
        lines: list[str] = []
        for part in filter(None, parts):
            longer = f"{lines[-1]}　{part}" if lines else part
            if lines and self.width(longer, style) <= width:
                lines[-1] = longer
            else:
                lines.append(part)
        return "\n".join(lines)

    def line(self, text: str, style: Style, x: float, width: float, align: Align = "left") -> Band:
        """One line in the column that begins at ``x``; a text wider than the column is set smaller, not cut."""
        return self._place(fonts.clean(text), style, x, width, align)

    def _place(self, text: str, style: Style, x: float, width: float, align: Align) -> Band:
        taken = self.width(text, style)
        if taken > width:
            scale = width / taken
            style = Style(style.size * scale, style.leading, style.bold, style.color, style.spacing * scale)
            taken = width
        shift = {"left": 0.0, "right": width - taken, "centre": (width - taken) / 2}[align]
        baseline = (style.leading - style.size) / 2 + _ASCENT * style.size
        return Band(style.leading, [Run(x + shift, baseline, text, style)] if text else [])

    def lines(self, text: str, style: Style, x: float, width: float, align: Align = "left") -> list[Band]:
        """``text`` in as many lines as the column needs; none when it is empty."""
        if not text.strip():
            return []
        return [self._place(line, style, x, width, align) for line in self.wrap(text, style, width)]

    def headline(self, text: str, style: Style, x: float, width: float) -> list[Band]:
        """``text`` on one line, up to a third smaller if need be; a longer one in lines of full size."""
        if text.strip() and self.width(fonts.clean(text), style) <= width * 1.5:
            return [self.line(text, style, x, width)]
        return self.lines(text, style, x, width)


def stack(bands: Iterable[Band]) -> Band:
    """The bands above each other as one that is never cut."""
    whole = Band(0.0)
    for band in bands:
        whole.add(band, whole.height)
    return whole


def beside(*columns: Sequence[Band], limit: float = 320.0) -> list[Band]:
    """Columns beside each other as one band, or one below the other when one is taller than ``limit``."""
    wholes = [stack(column) for column in columns]
    if any(whole.height > limit for whole in wholes):
        return [band for column in columns for band in column]
    result = Band(0.0)
    for whole in wholes:
        result.add(whole)
    return [result]


def space(height: float) -> Band:
    """Empty room."""
    return Band(height)


def rule(color: str, stroke: float, height: float, x: float = LEFT, width: float = WIDTH) -> Band:
    """A horizontal line in the middle of a band of ``height``."""
    return Band(height, shapes=[Shape(x, height / 2, width, 0, color, stroke)])


def picture(data: bytes | None, x: float, width: float, height: float) -> Band | None:
    """An image fitted into ``width`` and ``height``, or None if there is none or it cannot be read."""
    if not data:
        return None
    try:
        image = ImageReader(io.BytesIO(data))
        wide, high = image.getSize()
        image.getRGBData()
    except Exception:  # damaged images raise dozens of types; the sheet is still wanted
        return None
    scale = min(width / wide, height / high)
    return Band(high * scale, shapes=[Picture(x, 0, wide * scale, high * scale, image)])


def paginate(blocks: Sequence[Block], heading: Sequence[Band], columns: Band) -> list[Page]:
    """Distribute ``blocks`` over pages; later pages begin with ``heading`` and, within a table, ``columns``."""
    pile = _Pile(heading, columns)
    capacity = BOTTOM - TOP - sum(band.height for band in heading) - columns.height
    for index, block in enumerate(blocks):
        needed = _held_together(blocks, index)
        if needed > capacity:  # cannot be kept whole anywhere: begin here if its first bands fit
            needed = sum(band.height for band in block.bands[:2])
        if index and not pile.has_room(needed):
            pile.turn(block.in_table)
        if block.at_bottom:
            pile.y = max(pile.y, BOTTOM - block.height)
        for band in block.bands:
            if not pile.has_room(band.height):
                pile.turn(block.in_table)
            pile.put([band])
    return pile.pages


class _Pile:
    """Pages being filled from top to bottom; ``y`` is where the next band goes."""

    def __init__(self, heading: Sequence[Band], columns: Band) -> None:
        self.pages: list[Page] = [[]]
        self.y = TOP
        self._heading = heading
        self._columns = columns

    def has_room(self, height: float) -> bool:
        return self.y + height <= BOTTOM

    def put(self, bands: Iterable[Band]) -> None:
        for band in bands:
            self.pages[-1].append((self.y, band))
            self.y += band.height

    def turn(self, in_table: bool) -> None:
        self.pages.append([])
        self.y = TOP
        self.put([*self._heading, self._columns] if in_table else self._heading)


def _held_together(blocks: Sequence[Block], index: int) -> float:
    """The height of a block and of those that must follow it on the same page."""
    height = blocks[index].height
    while blocks[index].with_next and index + 1 < len(blocks):
        index += 1
        height += blocks[index].height
    return height


def write(
    pages: Sequence[Page],
    lang: str,
    *,
    title: str,
    day: dt.date,
    decorate: Callable[[int, int], Sequence[Band]],
    watermark: str = "",
) -> bytes:
    """The PDF of ``pages``; equal input gives equal bytes.

    ``decorate(page, pages)`` gives the bands at the foot of a page; ``watermark`` is set large and pale
    across it. The file's properties say ``title`` and the date ``day``, nothing else.
    """
    buffer = io.BytesIO()
    base = fonts.typeface(lang)[" "].face  # else reportlab mentions a Helvetica that is not embedded
    canvas = Canvas(
        buffer, pagesize=A4, invariant=1, pageCompression=1, initialFontName=base, lang=lang.replace("_", "-")
    )
    _describe(canvas, title, day)
    for number, page in enumerate(pages, 1):
        if watermark:
            _draw_watermark(canvas, lang, watermark)
        foot = stack(decorate(number, len(pages)))
        _draw(canvas, lang, [*page, (BOTTOM + 12.0, foot)])
        canvas.showPage()
    canvas.save()
    return buffer.getvalue()


def _describe(canvas: Any, title: str, day: dt.date) -> None:
    canvas.setTitle(title)
    canvas.setAuthor("")
    canvas.setSubject("")
    canvas.setCreator("Desktop CRM")
    canvas.setProducer("Desktop CRM")
    stamp = canvas._doc._timeStamp  # reportlab's own clock would say 2000-01-01
    stamp.YMDhms = (day.year, day.month, day.day, 0, 0, 0)


def _draw(canvas: Any, lang: str, page: Page) -> None:
    for top, band in page:
        for shape in band.shapes:
            _draw_shape(canvas, shape, PAGE_HEIGHT - top)
    canvas._code.extend(_text_operators(canvas._doc, lang, page))


def _text_operators(document: Any, lang: str, page: Page) -> list[str]:
    """The PDF operators that show the text of a page.

    Written here because reportlab's text object measures every piece again, a third of the whole time.
    """
    code = ["BT"]
    colour_set = spacing_set = font_set = None
    for top, band in page:
        for run in band.runs:
            style = run.style
            if style.color != colour_set:
                code.append("{:.3f} {:.3f} {:.3f} rg".format(*_colour(style.color).rgb()))
                colour_set = style.color
            if style.spacing != spacing_set:
                code.append(f"{style.spacing:.2f} Tc")
                spacing_set = style.spacing
            code.append(f"1 0 0 1 {run.x:.2f} {PAGE_HEIGHT - top - run.y:.2f} Tm")
            for face, shown in fonts.typeface(lang, style.bold).pieces(run.text):
                font = fonts.font(face)
                for subset, raw in font.splitString(shown, document):
                    wanted = f"{font.getSubsetInternalName(subset, document)} {style.size:.2f} Tf"
                    if wanted != font_set:
                        code.append(wanted)
                        font_set = wanted
                    code.append(f"<{raw.hex()}> Tj")
    code.append("ET")
    return code


def _draw_shape(canvas: Any, shape: Shape | Picture, top: float) -> None:
    y = top - shape.y
    if isinstance(shape, Picture):
        canvas.drawImage(shape.image, shape.x, y - shape.height, shape.width, shape.height, mask="auto")
        return
    canvas.setDash([3, 2] if shape.dashed else [])
    canvas.setLineWidth(shape.stroke)
    if shape.fill:
        canvas.setFillColor(_colour(shape.color))
        canvas.rect(shape.x, y - shape.height, shape.width, shape.height, stroke=0, fill=1)
    elif shape.height:
        canvas.setStrokeColor(_colour(shape.color))
        canvas.rect(shape.x, y - shape.height, shape.width, shape.height)
    else:
        canvas.setStrokeColor(_colour(shape.color))
        canvas.line(shape.x, y, shape.x + shape.width, y)


def _draw_watermark(canvas: Any, lang: str, text: str) -> None:
    style = Style(min(110.0, 620.0 / max(len(text), 1)), 0, bold=True, color="#F1F0EC")
    face = fonts.typeface(lang, bold=True)
    canvas.saveState()
    canvas.translate(PAGE_WIDTH / 2, PAGE_HEIGHT / 2)
    canvas.rotate(40)
    canvas.setFillColor(_colour(style.color))
    x = -face.width(text, style.size) / 2
    for name, shown in face.pieces(text):
        canvas.setFont(name, style.size)
        canvas.drawString(x, -style.size / 3, shown)
        x += face.width(shown, style.size)
    canvas.restoreState()


@lru_cache(maxsize=64)
def _colour(code: str) -> Color:
    return HexColor(code)


def _moved(shape: Shape | Picture, dy: float) -> Shape | Picture:
    if isinstance(shape, Picture):
        return Picture(shape.x, shape.y + dy, shape.width, shape.height, shape.image)
    return Shape(shape.x, shape.y + dy, shape.width, shape.height, shape.color, shape.stroke, shape.fill, shape.dashed)
