"""The sheet that quotations and order confirmations share: letterhead, customer, lines, totals, terms, sign-back."""

from __future__ import annotations

import dataclasses

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.words import amount_in_words
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.reports import fonts, sheet
from desktop_crm.reports.letterhead import Paper
from desktop_crm.reports.quotation_table import LineTable
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import FAINT, GREY, LEFT, LINE, RIGHT, WIDTH, Band, Block, Shape, Style
from desktop_crm.reports.styles import BODY, GRAND, SIGN_HEIGHT, SIGN_WIDTH, SMALL, TERMS_WIDTH, VALUE

_SUM_WIDTH, _CHOP = 262.0, 88.0
_LONG_TERM = 4  # lines; a longer term is told at the end of the sheet
_TALL_TEXT = 180.0  # remarks higher than this do not share a band with the sign-back box

_REVISION = N_("Revision %(number)s")
_NUMBER_LATER = N_("(given on issue)")
_FILE_COPY = N_("File copy")
_PRICES_WITH_TAX = N_("Unit prices include business tax")
_PRICES_BEFORE_TAX = N_("Prices do not include business tax")


class OfferSheet:
    """The parts of one sheet, from top to bottom; a confirmation says more in some of them."""

    title = "title"  # keys of what the sheet and its number are called
    number_label = "number"

    def __init__(self, snapshot: QuotationSnapshot, t: Translator, second: Translator | None = None) -> None:
        self.data = snapshot
        roc, labels = snapshot.show_roc_dates, snapshot.labels
        self.words = Words(t, second, currency=snapshot.currency, roc=roc, labels=labels)
        self.paper = Paper(self.words, snapshot.seller)
        self.writer = self.paper.writer
        self.table = LineTable(snapshot, self.words, self.writer)

    def render(self, watermark: str = "") -> bytes:
        """The PDF; equal input gives equal bytes."""
        data = self.data
        heading = self.paper.heading(f"{self.words.label(self.title)}　{self.number()}", data.buyer)
        pages = sheet.paginate(self.blocks(), heading, self.table.head())
        return sheet.write(
            pages,
            self.words.t.lang,
            title=fonts.clean(data.number),
            day=data.issued_on,
            decorate=self.paper.foot,
            watermark=watermark,
        )

    def blocks(self) -> list[Block]:
        """The whole sheet in order."""
        lines = self.table.blocks()
        if lines:
            lines[-1].with_next = True
        middle, closing = self.after_totals(), self._closing()
        mark = self.words.text(_FILE_COPY) if self.data.is_copy else ""
        letterhead = self.paper.head(self.words.pair(self.title), self.meta(), mark)
        return [
            *(Block([band]) for band in (*letterhead, *self._parties(), sheet.space(12.0))),
            Block([self.table.head()], with_next=True),
            *lines,
            # a signature stands below its sum
            Block([sheet.stack(self._totals())], with_next=not middle and len(closing) == 1),
            *middle,
            *closing,
        ]

    def number(self) -> str:
        """The number with its revision."""
        if not self.data.number:
            return self.words.t(_NUMBER_LATER)
        if self.data.is_draft and self.data.revision <= 1:
            return self.data.number
        return f"{self.data.number}　{self.words.t(_REVISION, number=self.data.revision)}"

    def meta(self) -> list[tuple[str, str]]:
        """What stands below the title."""
        meta = [(self.number_label, self.number()), ("date", self.words.date(self.data.issued_on))]
        if self.data.valid_until:
            meta.append(("valid_until", self.words.date(self.data.valid_until)))
        if self.data.currency != "TWD":
            meta.append(("currency", self.data.currency))
        return self.labelled(meta)

    def ours(self) -> list[tuple[str, str]]:
        """What stands beside the customer: our person."""
        data = self.data
        return self.labelled([("salesperson", f"{data.salesperson}　{data.salesperson_mobile}".strip("　"))])

    def after_totals(self) -> list[Block]:
        """What comes between the totals and the foot of the sheet."""
        return []

    def labelled(self, pairs: list[tuple[str, str]]) -> list[tuple[str, str]]:
        """The pairs with the label in place of its key."""
        return [(self.words.label(key), value) for key, value in pairs]

    def _parties(self) -> list[Band]:
        """The customer on the left, our person and the terms on the right."""
        more = self.labelled([("project", self.data.project_name), ("site", self.data.site)])
        short = [term for term in self._terms() if not self._is_long(term[1])]
        return self.paper.addressee(self.data.buyer, more, [*self.ours(), *self.labelled(short)])

    def _terms(self) -> list[tuple[str, str]]:
        data = self.data
        return [("payment", data.payment_terms), ("delivery", data.delivery_terms), ("warranty", data.warranty_terms)]

    def _is_long(self, text: str) -> bool:
        return len(self.writer.wrap(text, VALUE, TERMS_WIDTH * 0.7)) > _LONG_TERM

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
        width = WIDTH - SIGN_WIDTH - (_CHOP + 10.0 if self.data.seller.chop else 0.0) - 18.0
        texts = self._remarks(width)
        if sum(band.height for band in texts) <= _TALL_TEXT:
            texts.insert(0, sheet.space(max(0.0, boxes.height - sum(band.height for band in texts))))
            lower = sheet.stack([sheet.space(14.0), *sheet.beside(texts, [boxes])])
            return [Block([lower], at_bottom=True)]
        flowing = [Block([band]) for band in self._remarks(WIDTH)]
        lower = sheet.stack([sheet.space(14.0), boxes])
        return [Block([sheet.space(12.0)], with_next=True), *flowing, Block([lower], at_bottom=True)]

    def _remarks(self, width: float) -> list[Band]:
        long = [(key, text) for key, text in self._terms() if self._is_long(text)]
        told = self.labelled([*long, ("notes", self.data.notes)])
        return self.paper.pairs([*told, *self.paper.bank(width * 0.7)], LEFT, width)

    def _boxes(self) -> Band:
        x = RIGHT - SIGN_WIDTH
        band = Band(SIGN_HEIGHT, shapes=[Shape(x, 0, SIGN_WIDTH, SIGN_HEIGHT, FAINT, dashed=True)])
        label = self.writer.lines(self.words.label("sign_back"), SMALL, x + 6.0, SIGN_WIDTH - 12.0, "centre")
        band.add(sheet.stack(label), 5.0)
        date = self.writer.line(self.words.label("date"), SMALL, x + 10.0, 60.0)
        band.add(date, SIGN_HEIGHT - 19.0)
        chop = sheet.picture(self.data.seller.chop, x - _CHOP - 10.0, _CHOP, _CHOP)
        if chop:
            band.add(chop, SIGN_HEIGHT - chop.height)
        return band
