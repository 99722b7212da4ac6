"""What every paper of the shop but the quotation has in common: letterhead, addressee, a plain table, foot."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from desktop_crm.core import titles
from desktop_crm.core.currencies import to_major
from desktop_crm.core.dates import roc_year
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.models.snapshot import Buyer, Seller
from desktop_crm.reports import sheet
from desktop_crm.reports.sheet import (
    FAINT,
    GREEN,
    GREY,
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

SHOP = Style(17, 23, bold=True)
TITLE = Style(21, 27, bold=True, color=GREEN)
AGAIN = Style(10, 15, bold=True)
BUYER = Style(13, 21, bold=True)
CELL, BOLD_CELL = Style(9.5, 14.0), Style(9.5, 14.0, bold=True)
SMALL = Style(8.5, 13.0, color=GREY)
HEAD = Style(8.5, 12.0, color=GREY)
LABEL, VALUE = Style(9, 13.5, color=GREY), Style(9, 13.5)
FOOT = Style(8, 11, color=FAINT)
META_WIDTH, PAD, GAP = 196.0, 4.0, 7.0

_TO, _PAGE = N_("To: %(name)s"), N_("Page %(page)s of %(pages)s")
Pairs = Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table; ``width`` 0 takes what is left."""

    title: str
    width: float
    align: Align = "left"


class Paper:
    """Places the parts of one sheet in the language of ``t``; ``roc`` writes years of the Republic in Chinese."""

    def __init__(self, t: Translator, seller: Seller, *, roc: bool, currency: str) -> None:
        self.t = t
        self.writer = Writer(t.lang)
        self._seller = seller
        self._roc = roc and t.lang.startswith("zh")
        self._currency = currency

    # -- figures ---------------------------------------------------------------------------------

    def date(self, day: dt.date) -> str:
        """A date, with the ROC year where the shop writes it."""
        if self._roc and roc_year(day) > 0:
            return f"{roc_year(day)}/{day:%m/%d}"
        return self.t.date(day)

    def amount(self, minor: int) -> str:
        """An amount with separators, without the currency's sign."""
        return f"{to_major(minor, self._currency):,f}"

    # -- head and foot ---------------------------------------------------------------------------

    def head(self, title: str, meta: Pairs) -> list[Band]:
        """The letterhead at the left, title and ``meta`` at the right, a rule below."""
        seller, writer, t = self._seller, self.writer, self.t
        logo = sheet.picture(seller.logo, LEFT, 120.0, 50.0)
        x = LEFT + (max(shape.x + shape.width - LEFT for shape in logo.shapes) + 12.0 if logo else 0.0)
        width = RIGHT - META_WIDTH - 14.0 - x
        left = writer.headline(seller.name, SHOP, x, width)
        left += writer.lines(seller.name_en, Style(10, 15, color=GREY), x, width)
        labelled = ((t("Tax ID"), seller.tax_number), (t("Tel."), seller.phone), (t("Fax"), seller.fax))
        numbers = [f"{label} {value}" for label, value in labelled if value]
        for parts in (numbers, [seller.address], [seller.email, seller.website]):
            left += writer.lines(writer.pack(parts, SMALL, width), SMALL, x, width)
        right = [writer.line(title, TITLE, RIGHT - META_WIDTH, META_WIDTH, "right")]
        for label, value in meta:
            right += writer.lines(f"{label}　{value}", SMALL, RIGHT - META_WIDTH, META_WIDTH, "right")
        columns = [left, right, [logo]] if logo else [left, right]
        return [*sheet.beside(*columns), sheet.rule(GREEN, 1.8, 14.0)]

    def addressee(self, buyer: Buyer, more: Pairs, right: Pairs = ()) -> list[Band]:
        """Who it goes to, with what is known of them and ``more``; ``right`` stands beside it."""
        t, width = self.t, WIDTH * 0.56
        left = self.writer.lines(t(_TO, name=buyer.name), BUYER, LEFT, width)
        contact = titles.addressed(buyer.contact, buyer.salutation)
        known = [
            (t("Contact"), contact),
            (t("Tax ID"), buyer.tax_number),
            (t("Tel."), buyer.phone),
            (t("Address"), buyer.address),
        ]
        left += self.pairs([*known, *more], LEFT, width)
        x = LEFT + width + 20.0
        beside = [sheet.space(BUYER.leading), *self.pairs(right, x, RIGHT - x)]
        return sheet.beside(left, beside)

    def heading(self, title: str, buyer: Buyer) -> list[Band]:
        """What every page after the first begins with."""
        band = self._clipped(self._seller.name, AGAIN, LEFT, WIDTH * 0.45)
        band.add(self._clipped(title, AGAIN, LEFT + WIDTH * 0.47, WIDTH * 0.53, "right"))
        return [band, self._clipped(buyer.name, SMALL, LEFT, WIDTH), sheet.rule(GREEN, 1.0, 8.0), sheet.space(4.0)]

    def foot(self, page: int, pages: int) -> list[Band]:
        """Shop and page number."""
        band = self.writer.line(self.t(_PAGE, page=page, pages=pages), FOOT, LEFT, WIDTH, "right")
        band.add(self._clipped(self._seller.name, FOOT, LEFT, WIDTH * 0.6))
        return [band]

    def bank(self) -> Pairs:
        """Where to pay, if the letterhead says."""
        t, seller = self.t, self._seller
        account = [
            f"{label} {value}"
            for label, value in (
                (t("Account name"), seller.bank_account_name),
                (t("Account no."), seller.bank_account),
            )
            if value
        ]
        where = self.writer.pack((seller.bank, seller.bank_branch), VALUE, WIDTH * 0.6)
        return [(t("Bank transfer"), "\n".join(filter(None, (where, "　".join(account)))))]

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
        whole = sheet.stack([sheet.space(3.0), band, sheet.space(3.0)])
        whole.shapes.insert(0, Shape(LEFT, 0, WIDTH, whole.height, SHADE, fill=True))
        whole.shapes.append(Shape(LEFT, whole.height, WIDTH, 0, LINE))
        return whole

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
        bands = [sheet.stack([sheet.space(PAD), first]), *texts[1:]]
        bands[-1].height += PAD
        bands[-1].shapes.append(Shape(LEFT, bands[-1].height, WIDTH, 0, HAIR))
        return Block(bands, in_table=True)
