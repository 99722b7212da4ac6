"""The quotation as a PDF: letterhead, customer, lines, totals, terms, sign-back."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

from desktop_crm.core import titles
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.words import amount_in_words
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.reports import fonts, sheet
from desktop_crm.reports.quotation_table import LineTable
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import (
    FAINT,
    GREEN,
    GREY,
    LEFT,
    LINE,
    RIGHT,
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
SHOP_AGAIN = Style(10, 15, bold=True)  # at the head of later pages
TITLE_AGAIN = Style(10, 15, bold=True, color=GREEN)
SUBTITLE = Style(9, 13, color=GREEN, spacing=1.5)
BUYER = Style(13, 21, bold=True)
BODY = Style(9.5, 14)
SMALL = Style(8.5, 13, color=GREY)
VALUE = Style(9, 13.5)
LABEL = Style(9, 13.5, color=GREY)
GRAND = Style(13, 19, bold=True)
FOOT = Style(8, 11, color=FAINT)
MARK = Style(9, 14, color=GREY)

_META_WIDTH, _TERMS_WIDTH, _SUM_WIDTH = 196.0, 216.0, 262.0
_SIGN_WIDTH, _SIGN_HEIGHT, _CHOP = 158.0, 88.0, 88.0
_LONG_TERM = 4  # lines; a longer term is told at the end of the sheet
_TALL_TEXT = 180.0  # remarks higher than this do not share a band with the sign-back box


def render(snapshot: QuotationSnapshot, t: Translator, *, second: Translator | None = None) -> bytes:
    """The PDF of a quotation in the language of ``t``; with ``second``, its labels come in both languages.

    Equal input gives equal bytes. Characters without a glyph are shown as 〓 (``uncovered`` lists them),
    an unreadable logo or chop is left out.
    """
    parts = _Parts(snapshot, t, second)
    pages = sheet.paginate(parts.blocks(), parts.heading(), parts.table.head())
    return sheet.write(
        pages,
        t.lang,
        title=fonts.clean(snapshot.number),
        day=snapshot.issued_on,
        decorate=parts.foot,
        watermark=" ".join(parts.words.both(_DRAFT)).upper() if snapshot.is_draft else "",
    )


def uncovered(snapshot: QuotationSnapshot) -> list[str]:
    """The characters of the printed texts that no bundled face has, each once, in order of appearance."""
    face = fonts.typeface("zh_TW")
    seen: dict[str, None] = {}
    for text in _texts(snapshot):
        for char in fonts.clean(text):
            if char not in seen and not face.covers(char):
                seen[char] = None
    return list(seen)


_DRAFT = N_("Draft")
_FILE_COPY = N_("File copy")
_TO = N_("To: %(name)s")
_REVISION = N_("Revision %(number)s")
_NUMBER_LATER = N_("(given on issue)")
_PRICES_WITH_TAX = N_("Unit prices include business tax")
_PRICES_BEFORE_TAX = N_("Prices do not include business tax")
_PAGE = N_("Page %(page)s of %(pages)s")


def _texts(thing: object) -> Iterator[str]:
    """Every text in a snapshot, however deep."""
    if isinstance(thing, str):
        yield thing
    elif dataclasses.is_dataclass(thing):
        for item in dataclasses.fields(thing):
            yield from _texts(getattr(thing, item.name))
    elif isinstance(thing, (tuple, list)):
        for item in thing:
            yield from _texts(item)
    elif isinstance(thing, dict):
        yield from _texts(list(thing.values()))


class _Parts:
    """The parts of one quotation sheet, from top to bottom."""

    def __init__(self, snapshot: QuotationSnapshot, t: Translator, second: Translator | None) -> None:
        self.data = snapshot
        self.words = Words(snapshot, t, second)
        self.writer = Writer(t.lang)
        self.table = LineTable(snapshot, self.words, self.writer)

    def blocks(self) -> list[Block]:
        """The whole sheet in order."""
        lines = self.table.blocks()
        if lines:
            lines[-1].with_next = True
        closing = self._closing()
        head = [*self._letterhead(), sheet.rule(GREEN, 1.8, 14.0), *self._parties(), sheet.space(12.0)]
        return [
            *(Block([band]) for band in head),
            Block([self.table.head()], with_next=True),
            *lines,
            Block([sheet.stack(self._totals())], with_next=len(closing) == 1),  # a signature stands below its sum
            *closing,
        ]

    def heading(self) -> list[Band]:
        """What every page after the first begins with."""
        title = f"{self.words.label('title')}　{self._number()}"
        band = self._clipped(self.data.seller.name, SHOP_AGAIN, LEFT, WIDTH * 0.45)
        band.add(self._clipped(title, TITLE_AGAIN, LEFT + WIDTH * 0.47, WIDTH * 0.53, "right"))
        return [
            band,
            self._clipped(self.data.buyer.name, SMALL, LEFT, WIDTH),
            sheet.rule(GREEN, 1.0, 8.0),
            sheet.space(4.0),
        ]

    def foot(self, page: int, pages: int) -> list[Band]:
        """The foot of one page."""
        text = self.words.text(_PAGE, page=page, pages=pages)
        band = self.writer.line(text, FOOT, LEFT, WIDTH, "right")
        band.add(self._clipped(self.data.seller.name, FOOT, LEFT, WIDTH * 0.6))
        return [band]

    def _clipped(self, text: str, style: Style, x: float, width: float, align: Align = "left") -> Band:
        return self.writer.line(self.writer.clip(text, style, width), style, x, width, align)

    def _letterhead(self) -> list[Band]:
        seller = self.data.seller
        logo = sheet.picture(seller.logo, LEFT, 120.0, 50.0)
        x = LEFT + (_width_of(logo) + 12.0 if logo else 0.0)
        width = RIGHT - _META_WIDTH - 14.0 - x
        left = self.writer.headline(seller.name, SHOP, x, width)
        left += self.writer.lines(seller.name_en, Style(10, 15, color=GREY), x, width)
        numbers = self._inline(("tax_number", seller.tax_number), ("phone", seller.phone), ("fax", seller.fax))
        for parts in (numbers, [seller.address], [seller.email, seller.website]):
            left += self.writer.lines(self.writer.pack(parts, SMALL, width), SMALL, x, width)
        columns = [left, self._title()]
        return sheet.beside(*columns, [logo]) if logo else sheet.beside(*columns)

    def _title(self) -> list[Band]:
        x = RIGHT - _META_WIDTH
        first, *rest = self.words.pair("title")
        spacing = 5.0 if self.words.t.lang.startswith("zh") else 1.0
        style = dataclasses.replace(TITLE, spacing=spacing)
        bands = [self.writer.line(first.upper(), style, x, _META_WIDTH, "right")]
        bands += [self.writer.line(text.upper(), SUBTITLE, x, _META_WIDTH, "right") for text in rest]
        meta = [("number", self._number()), ("date", self.words.date(self.data.issued_on))]
        if self.data.valid_until:
            meta.append(("valid_until", self.words.date(self.data.valid_until)))
        if self.data.currency != "TWD":
            meta.append(("currency", self.data.currency))
        for key, value in meta:
            bands += self.writer.lines(f"{self.words.label(key)}　{value}", SMALL, x, _META_WIDTH, "right")
        if self.data.is_copy:
            bands += self.writer.lines(self.words.text(_FILE_COPY), MARK, x, _META_WIDTH, "right")
        return bands

    def _number(self) -> str:
        if not self.data.number:
            return self.words.t(_NUMBER_LATER)
        if self.data.is_draft and self.data.revision <= 1:
            return self.data.number
        return f"{self.data.number}　{self.words.t(_REVISION, number=self.data.revision)}"

    def _inline(self, *pairs: tuple[str, str]) -> list[str]:
        return [f"{self.words.label(key)} {value}" for key, value in pairs if value]

    def _parties(self) -> list[Band]:
        """The customer on the left, our person and the terms on the right."""
        data, buyer = self.data, self.data.buyer
        width = WIDTH - _TERMS_WIDTH - 20.0
        left = self.writer.lines(self.words.t(_TO, name=buyer.name) if buyer.name else "", BUYER, LEFT, width)
        left += self._pairs(
            LEFT,
            width,
            ("contact", titles.addressed(buyer.contact, buyer.salutation)),
            ("tax_number", buyer.tax_number),
            ("phone", buyer.phone),
            ("address", buyer.address),
            ("project", data.project_name),
            ("site", data.site),
        )
        ours = f"{data.salesperson}　{data.salesperson_mobile}".strip("　")
        short = [term for term in self._terms() if not self._is_long(term[1])]
        x = RIGHT - _TERMS_WIDTH
        right = [sheet.space(BUYER.leading), *self._pairs(x, _TERMS_WIDTH, ("salesperson", ours), *short)]
        return sheet.beside(left, right)

    def _terms(self) -> list[tuple[str, str]]:
        data = self.data
        return [("payment", data.payment_terms), ("delivery", data.delivery_terms), ("warranty", data.warranty_terms)]

    def _is_long(self, text: str) -> bool:
        return len(self.writer.wrap(text, VALUE, _TERMS_WIDTH * 0.7)) > _LONG_TERM

    def _pairs(self, x: float, width: float, *pairs: tuple[str, str]) -> list[Band]:
        """Labels in grey, their values beside them in one straight column; empty values are left out."""
        pairs = tuple((key, value) for key, value in pairs if value.strip())
        labels = [self.words.label(key) for key, _ in pairs]
        indent = min(max((self.writer.width(label, LABEL) for label in labels), default=0.0), width * 0.45)
        bands: list[Band] = []
        for label, (_, value) in zip(labels, pairs, strict=True):
            values = self.writer.lines(value, VALUE, x + indent + 8.0, width - indent - 8.0)
            values[0].add(self.writer.line(label, LABEL, x, indent))
            bands += values
        return bands

    def _totals(self) -> list[Band]:
        """The sums, the grand total and its words, at the right."""
        bands = [sheet.space(8.0)]
        for labels, amount, style in self._sums():
            bands += self._sum(labels, amount, style)
        data = self.data
        grand = "untaxed_total" if data.tax_mode == "untaxed" else "total"
        bands.append(sheet.rule(LINE, 0.8, 7.0, RIGHT - _SUM_WIDTH, _SUM_WIDTH))
        bands += self._sum(self.words.pair(grand), self.words.money(data.total), GRAND)
        words = amount_in_words(data.total, data.currency, self.words.t.lang)
        bands += self.writer.lines(words, SMALL, LEFT + WIDTH * 0.3, WIDTH * 0.7, "right")
        remark = {"inclusive": _PRICES_WITH_TAX, "untaxed": _PRICES_BEFORE_TAX}.get(data.tax_mode)
        if remark:
            bands[1].add(self.writer.line(self.words.text(remark), SMALL, LEFT + 4.0, WIDTH - _SUM_WIDTH - 20.0))
        return bands

    def _sums(self) -> list[tuple[list[str], str, Style]]:
        data, words = self.data, self.words
        rows: list[tuple[list[str], str, Style]] = []
        if data.discount:
            rows.append((words.pair("lines_sum"), words.amount(data.subtotal), BODY))
            rows.append((words.pair("discount"), words.amount(-data.discount), BODY))
        if data.tax_mode != "untaxed":
            rows.append((words.pair("net"), words.amount(data.net), BODY))
            rows.append((words.tax_label(data.tax_kinds, data.tax_percent), words.amount(data.tax), BODY))
        options = [line.amount for line in data.lines if line.kind == "option"]
        if len(options) > 1:
            grey = dataclasses.replace(BODY, color=GREY)
            rows.insert(0, (words.pair("options_sum"), words.amount(sum(options)), grey))
        return rows

    def _sum(self, labels: list[str], amount: str, style: Style) -> list[Band]:
        """One sum; a second language stands small behind the label, or below it when the amount is long."""
        taken = min(self.writer.width(amount, style), _SUM_WIDTH * 0.62)
        x, room = RIGHT - _SUM_WIDTH, _SUM_WIDTH - taken - 12.0
        bands = self.writer.lines(labels[0], style, x, room)
        bands[0].add(self.writer.line(amount, style, RIGHT - taken - 4.0, taken, "right"))
        for second in labels[1:]:
            small = dataclasses.replace(SMALL, leading=style.leading)
            first = self.writer.width(labels[0], style) + 6.0
            if first + self.writer.width(second, small) <= room:
                bands[0].add(self.writer.line(second, small, x + first, room - first))
            else:
                bands += self.writer.lines(second, SMALL, x, room)
        return bands

    def _closing(self) -> list[Block]:
        """Long terms, notes and the bank beside the chop and the sign-back box, at the foot of the last page."""
        boxes = self._boxes()
        width = WIDTH - _SIGN_WIDTH - (_CHOP + 10.0 if self.data.seller.chop else 0.0) - 18.0
        texts = self._remarks(width)
        if sum(band.height for band in texts) <= _TALL_TEXT:
            texts.insert(0, sheet.space(max(0.0, boxes.height - sum(band.height for band in texts))))
            lower = sheet.stack([sheet.space(14.0), *sheet.beside(texts, [boxes])])
            return [Block([lower], at_bottom=True)]
        flowing = [Block([band]) for band in self._remarks(WIDTH)]
        lower = sheet.stack([sheet.space(14.0), boxes])
        return [Block([sheet.space(12.0)], with_next=True), *flowing, Block([lower], at_bottom=True)]

    def _remarks(self, width: float) -> list[Band]:
        data, seller = self.data, self.data.seller
        paragraphs = [(key, text) for key, text in self._terms() if self._is_long(text)]
        paragraphs.append(("notes", data.notes))
        account = self._inline(("account_name", seller.bank_account_name), ("account", seller.bank_account))
        bank = [self.writer.pack(parts, VALUE, width * 0.7) for parts in ((seller.bank, seller.bank_branch), account)]
        paragraphs.append(("bank", "\n".join(filter(None, bank))))
        return self._pairs(LEFT, width, *paragraphs)

    def _boxes(self) -> Band:
        x = RIGHT - _SIGN_WIDTH
        band = Band(_SIGN_HEIGHT, shapes=[Shape(x, 0, _SIGN_WIDTH, _SIGN_HEIGHT, FAINT, dashed=True)])
        label = self.writer.lines(self.words.label("sign_back"), SMALL, x + 6.0, _SIGN_WIDTH - 12.0, "centre")
        band.add(sheet.stack(label), 5.0)
        date = self.writer.line(self.words.label("date"), SMALL, x + 10.0, 60.0)
        band.add(date, _SIGN_HEIGHT - 19.0)
        chop = sheet.picture(self.data.seller.chop, x - _CHOP - 10.0, _CHOP, _CHOP)
        if chop:
            band.add(chop, _SIGN_HEIGHT - chop.height)
        return band


def _width_of(band: Band) -> float:
    return max((shape.x + shape.width - LEFT for shape in band.shapes), default=0.0)
