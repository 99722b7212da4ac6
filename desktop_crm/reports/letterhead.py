"""What every paper of the shop has in common: letterhead, addressee, a plain table, foot."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_crm.core import titles
from desktop_crm.core.i18n import N_
from desktop_crm.models.snapshot import Buyer, Seller
from desktop_crm.reports import sheet
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import (
    GREEN,
    HAIR,
    LEFT,
    LINE,
    RIGHT,
    SHADE,
    WIDTH,
    Align,
    Band,
    Block,
    Shape,
    Style,
    Writer,
)
from desktop_crm.reports.styles import (
    BOLD_CELL,
    BUYER,
    CELL,
    FOOT,
    GAP,
    HEAD,
    LABEL,
    MARK,
    META_WIDTH,
    PAD,
    SHOP,
    SHOP_AGAIN,
    SHOP_SECOND,
    SMALL,
    SUBTITLE,
    TERMS_WIDTH,
    TITLE,
    TITLE_AGAIN,
    VALUE,
)  # fmt: skip

_TO, _PAGE = N_("To: %(name)s"), N_("Page %(page)s of %(pages)s")
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` 0 takes what is left."""

    title: str
    width: float
    align: Align = "left"


class Paper:
    """Places the parts of one sheet, in the words of ``words``."""

    def __init__(self, words: Words, seller: Seller) -> None:
        self.words = words
        self.t = words.t
        self.writer = Writer(words.t.lang)
        self._seller = seller

    # -- figures ---------------------------------------------------------------------------------

    def date(self, day: dt.date) -> str:
        """A date, with the ROC year where the shop writes it."""
        return self.words.short_date(day)

    def amount(self, minor: int) -> str:
        """An amount with separators, without the currency's sign."""
        return self.words.amount(minor)

    # -- head and foot ---------------------------------------------------------------------------

    def head(self, title: Sequence[str], meta: Pairs, mark: str = "") -> list[Band]:
        """The letterhead at the left; title, ``meta`` and ``mark`` at the right, a rule below.

        ``title`` comes in the language of the sheet and, if it has two, in the second.
        """
        seller, writer = self._seller, self.writer
        logo = sheet.picture(seller.logo, LEFT, 120.0, 50.0)
        x = LEFT + (max(shape.x + shape.width - LEFT for shape in logo.shapes) + 12.0 if logo else 0.0)
        width = RIGHT - META_WIDTH - 14.0 - x
        left = writer.headline(seller.name, SHOP, x, width)
        left += writer.lines(seller.name_en, SHOP_SECOND, x, width)
        numbers = self.inline(("tax_number", seller.tax_number), ("phone", seller.phone), ("fax", seller.fax))
        for parts in (numbers, [seller.address], [seller.email, seller.website]):
            left += writer.lines(writer.pack(parts, SMALL, width), SMALL, x, width)
        right = self._titles(title)
        x = RIGHT - META_WIDTH
        for label, value in meta:
            right += writer.lines(f"{label}　{value}", SMALL, x, META_WIDTH, "right")
        right += writer.lines(mark, MARK, x, META_WIDTH, "right")
        columns = [left, right, [logo]] if logo else [left, right]
        return [*sheet.beside(*columns), sheet.rule(GREEN, 1.8, 14.0)]

    def _titles(self, title: Sequence[str]) -> list[Band]:
        """In capitals where they have room."""
        style = dataclasses.replace(TITLE, spacing=5.0 if self.t.lang.startswith("zh") else 1.0)
        first, *rest = title
        if self.writer.width(first.upper(), style) <= META_WIDTH:
            first = first.upper()
        bands = [self.writer.line(first, style, RIGHT - META_WIDTH, META_WIDTH, "right")]
        return bands + [
            self.writer.line(text.upper(), SUBTITLE, RIGHT - META_WIDTH, META_WIDTH, "right") for text in rest
        ]

    def inline(self, *pairs: tuple[str, str]) -> list[str]:
        """Labels by key with their values behind them; empty values are left out."""
        return [f"{self.words.label(key)} {value}" for key, value in pairs if value]

    def addressee(self, buyer: Buyer, more: Pairs, right: Pairs = ()) -> list[Band]:
        """Who it goes to, with what is known of them and ``more``; ``right`` stands beside it."""
        label, width = self.words.label, WIDTH - TERMS_WIDTH - 20.0
        left = self.writer.lines(self.t(_TO, name=buyer.name) if buyer.name else "", BUYER, LEFT, width)
        known = [
            (label("contact"), titles.addressed(buyer.contact, buyer.salutation)),
            (label("tax_number"), buyer.tax_number),
            (label("phone"), buyer.phone),
            (label("address"), buyer.address),
        ]
        left += self.pairs([*known, *more], LEFT, width)
        x = RIGHT - TERMS_WIDTH
        return sheet.beside(left, [sheet.space(BUYER.leading), *self.pairs(right, x, TERMS_WIDTH)])

    def heading(self, title: str, buyer: Buyer) -> list[Band]:
        """What every page after the first begins with."""
        band = self._clipped(self._seller.name, SHOP_AGAIN, LEFT, WIDTH * 0.45)
        band.add(self._clipped(title, TITLE_AGAIN, LEFT + WIDTH * 0.47, WIDTH * 0.53, "right"))
        return [band, self._clipped(buyer.name, SMALL, LEFT, WIDTH), sheet.rule(GREEN, 1.0, 8.0), sheet.space(4.0)]

    def foot(self, page: int, pages: int) -> list[Band]:
        """Shop and page number."""
        band = self.writer.line(self.words.text(_PAGE, page=page, pages=pages), FOOT, LEFT, WIDTH, "right")
        band.add(self._clipped(self._seller.name, FOOT, LEFT, WIDTH * 0.6))
        return [band]

    def bank(self, width: float = WIDTH * 0.6) -> Pairs:
        """Where to pay, if the letterhead says; one pair."""
        seller = self._seller
        account = self.inline(("account_name", seller.bank_account_name), ("account", seller.bank_account))
        lines = [self.writer.pack(parts, VALUE, width) for parts in ((seller.bank, seller.bank_branch), account)]
        return [(self.words.label("bank"), "\n".join(filter(None, lines)))]

    def pairs(self, pairs: Pairs, x: float, width: float) -> list[Band]:
        """Labels in grey, their values in one straight column; empty values are left out."""
        told = [(label, value) for label, value in pairs if value.strip()]
        indent = min(max((self.writer.width(label, LABEL) for label, _ in told), default=0.0), width * 0.45)
        bands: list[Band] = []
        for label, value in told:
            values = self.writer.lines(value, VALUE, x + indent + 8.0, width - indent - 8.0)
            values[0].add(self.writer.line(label, LABEL, x, indent))
            bands += values
        return bands

    def _clipped(self, text: str, style: Style, x: float, width: float, align: Align = "left") -> Band:
        return self.writer.line(self.writer.clip(text, style, width), style, x, width, align)


class Table:
    """Rows of texts under headings; the column of width 0 wraps, the others are set on one line."""

    def __init__(self, writer: Writer, columns: Sequence[Column]) -> None:
        self._writer = writer
        self.columns = columns
        taken = sum(column.width for column in columns) + GAP * (len(columns) - 1) + 2 * PAD
        self._places: list[tuple[float, float]] = []
        x = LEFT + PAD
        for column in columns:
            width = column.width or WIDTH - taken
            self._places.append((x, width))
            x += width + GAP

    def head(self) -> Band:
        """The headings on a tinted ground."""
        band = sheet.space(HEAD.leading)
        for column, (x, width) in zip(self.columns, self._places, strict=True):
            band.add(self._writer.line(column.title, HEAD, x, width, column.align))
        return headed([band])

    def row(self, cells: Sequence[str], *, bold: bool = False, small: str = "") -> Block:
        """One row; ``small`` stands below the text of the wrapping column."""
        style = BOLD_CELL if bold else CELL
        first, texts = sheet.space(style.leading), []
        for cell, column, (x, width) in zip(cells, self.columns, self._places, strict=True):
            if column.width:
                first.add(self._writer.line(cell, style, x, width, column.align))
            else:
                texts = [
                    *self._writer.lines(cell, style, x, width, column.align),
                    *self._writer.lines(small, SMALL, x, width),
                ]
        if texts:
            first.add(texts[0])
        return closed([sheet.stack([sheet.space(PAD), first]), *texts[1:]])


def headed(bands: Sequence[Band]) -> Band:
    """Headings of columns on a tinted ground."""
    whole = sheet.stack([sheet.space(3.0), *bands, sheet.space(3.0)])
    whole.shapes.insert(0, Shape(LEFT, 0, WIDTH, whole.height, SHADE, fill=True))
    whole.shapes.append(Shape(LEFT, whole.height, WIDTH, 0, LINE))
    return whole


def closed(bands: list[Band]) -> Block:
    """A row of a table: the bands with room and a hairline below."""
    last = bands[-1]
    last.height += PAD
    last.shapes.append(Shape(LEFT, last.height, WIDTH, 0, HAIR))
    return Block(bands, in_table=True)
