"""Statements of account (對帳單) as one PDF: each customer begins on a page of its own, with its own page numbers."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from desktop_crm.core.currencies import sign
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import PAYMENT_METHODS
from desktop_crm.reports import fonts, sheet
from desktop_crm.reports.letterhead import Column, Paper, Table
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import LEFT, LINE, RIGHT, SHADE, WIDTH, Band, Block, Page, Shape, Style
from desktop_crm.reports.styles import CELL, GRAND, HEADING, SMALL
from desktop_crm.services.statements import Statement

FIGURE = Style(10.5, 15, bold=True)
AGES = (N_("Not due"), N_("1–30 days"), N_("31–60 days"), N_("61–90 days"), N_("Over 90 days"))
_MONEY, _DAY = 82.0, 62.0
Progress = Callable[[int, int], object]


def render(
    statements: Sequence[Statement], translate: Callable[[str], Translator], progress: Progress | None = None
) -> bytes:
    """The PDF of ``statements``, each in its own language as ``translate`` gives it; equal input, equal bytes.

    ``progress(done, total)`` hears of every finished statement. Raises ValueError without any statement.
    """
    if not statements:
        raise ValueError("no statement to draw")
    pages: list[Page] = []
    feet: list[tuple[_Sheet, int, int]] = []
    for done, statement in enumerate(statements, start=1):
        drawn = _Sheet(statement, translate(statement.language))
        own = drawn.pages()
        feet += [(drawn, number, len(own)) for number in range(1, len(own) + 1)]
        pages += own
        if progress is not None:
            progress(done, len(statements))

    def foot(page: int, _pages: int) -> Sequence[Band]:
        drawn, number, count = feet[page - 1]
        return drawn.paper.foot(number, count)

    first = statements[0]
    name = f"{first.code} {first.until.isoformat()}" if len(statements) == 1 else first.until.isoformat()
    return sheet.write(pages, first.language, title=fonts.clean(name), day=first.until, decorate=foot)


class _Sheet:
    """One statement from top to bottom."""

    def __init__(self, data: Statement, t: Translator) -> None:
        self.data = data
        self.t = t
        self.paper = Paper(Words(t, currency=data.currency, roc=data.show_roc_dates), data.seller)
        self._moves = Table(
            self.paper.writer,
            [
                Column(t("Date"), _DAY),
                Column(t("Number"), 84.0),
                Column(t("What for"), 0.0),
                Column(t("Ordered"), _MONEY, "right"),
                Column(t("Received"), _MONEY, "right"),
                Column(t("Balance"), _MONEY, "right"),
            ],
        )
        self._open = Table(
            self.paper.writer,
            [
                Column(t("Number"), 84.0),
                Column(t("What for"), 0.0),
                Column(t("Date"), _DAY),
                Column(t("Due on"), _DAY),
                Column(t("Open amount"), _MONEY, "right"),
            ],
        )

    def pages(self) -> list[Page]:
        heading = self.paper.heading(f"{self.t('Statement of account')}　{self._period()}", self.data.buyer)
        return sheet.paginate(self._blocks(), heading, self._moves.head())

    def _blocks(self) -> list[Block]:
        data, t, paper = self.data, self.t, self.paper
        meta = [(t("Date"), paper.date(data.until)), (t("Customer no."), data.code)]
        if data.currency != t.home_currency:
            meta.append((t("Currency"), data.currency))
        head = [
            *paper.head([t("Statement of account")], meta),
            *paper.addressee(data.buyer, [(t("Period"), self._period())]),
            sheet.space(10.0),
        ]
        return [
            *(Block([band]) for band in head),
            Block([self._sums()]),
            Block([self._heading(t("Orders and payments")), self._moves.head()], with_next=True),
            *self._movements(),
            *self._open_items(),
            Block([sheet.stack(self._closing())], at_bottom=True),
        ]

    def _period(self) -> str:
        return f"{self.paper.date(self.data.since)} – {self.paper.date(self.data.until)}"

    def _sums(self) -> Band:
        """Opening, ordered, received and closing beside each other."""
        data, t, paper = self.data, self.t, self.paper
        symbol = sign(data.currency, t.lang)
        told = (
            (t("Opening balance"), paper.amount(data.opening)),
            (t("Ordered in the period"), paper.amount(data.charged)),
            (t("Received in the period"), paper.amount(data.credited)),
            (t("Closing balance"), f"{symbol} {paper.amount(data.closing)}"),
        )
        return self._boxes(told)

    def _boxes(self, told: Sequence[tuple[str, str]]) -> Band:
        width = (WIDTH - 8.0 * (len(told) - 1)) / len(told)
        whole = sheet.space(40.0)
        for place, (label, figure) in enumerate(told):
            x = LEFT + place * (width + 8.0)
            whole.shapes.append(Shape(x, 0, width, 38.0, SHADE, fill=True))
            whole.add(self.paper.writer.line(label, SMALL, x + 8.0, width - 16.0), 4.0)
            whole.add(self.paper.writer.line(figure, FIGURE, x + 8.0, width - 16.0, "right"), 19.0)
        return whole

    def _heading(self, text: str) -> Band:
        band = sheet.space(12.0)
        band.add(self.paper.writer.line(text, HEADING, LEFT, WIDTH), 12.0)
        band.height += 4.0
        return band

    def _movements(self) -> list[Block]:
        t, paper, table = self.t, self.paper, self._moves
        rows = [table.row(["", "", t("Opening balance"), "", "", paper.amount(self.data.opening)])]
        for row in self.data.rows:
            method = t(PAYMENT_METHODS[row.text]) if row.text in PAYMENT_METHODS else ""
            text = (method or t("Payment")) if row.is_payment else row.text or t("Order")
            charge = paper.amount(row.charge) if row.charge else ""
            credit = paper.amount(row.credit) if row.credit else ""
            rows.append(table.row([paper.date(row.on), row.number, text, charge, credit, paper.amount(row.balance)]))
        rows[-1].with_next = True
        sums = (paper.amount(self.data.charged), paper.amount(self.data.credited), paper.amount(self.data.closing))
        rows.append(table.row(["", "", t("Closing balance"), *sums], bold=True))
        return rows

    def _open_items(self) -> list[Block]:
        """What is still open and how old it is; nothing when nothing is owed."""
        data, t, paper = self.data, self.t, self.paper
        if not data.open_lines:
            return []
        rows = []
        for line in data.open_lines:
            due = paper.date(line.due_on) if line.due_on else t("later")
            late = line.due_on is not None and line.due_on < data.until
            what = "　".join(filter(None, [line.project_name or t("Order"), line.part]))
            cells = [line.number, what, paper.date(line.ordered_on), due]
            rows.append(self._open.row([*cells, paper.amount(line.balance)], bold=late))
        for row in rows:
            row.in_table = False
        ages = [(t(name), paper.amount(sum_)) for name, sum_ in zip(AGES, data.ageing, strict=True)]
        return [
            Block([self._heading(t("Still open")), self._open.head()], with_next=True),
            *rows,
            Block([sheet.stack([sheet.space(10.0), self._boxes(ages)])]),
        ]

    def _closing(self) -> list[Band]:
        """What to pay, deposits in hand, and the account."""
        data, t, paper = self.data, self.t, self.paper
        bands = [sheet.space(10.0), sheet.rule(LINE, 0.8, 7.0)]
        total = paper.writer.line(t("Balance to pay"), GRAND, LEFT, WIDTH * 0.5)
        symbol = sign(data.currency, t.lang)
        total.add(paper.writer.line(f"{symbol} {paper.amount(data.closing)}", GRAND, RIGHT - 240.0, 240.0, "right"))
        bands.append(total)
        if data.deposit:
            said = t("We also hold a deposit of %(amount)s for you.", amount=f"{symbol} {paper.amount(data.deposit)}")
            bands += paper.writer.lines(said, CELL, LEFT, WIDTH)
        bands += [sheet.space(8.0), *paper.pairs(paper.bank(), LEFT, WIDTH)]
        bands += paper.writer.lines(t("Please tell us if something differs in your books."), SMALL, LEFT, WIDTH)
        return bands
