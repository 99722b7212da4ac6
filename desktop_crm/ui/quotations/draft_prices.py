"""For whom the lines of a draft are priced, and the offer to price them anew when that is somebody else."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from dataclasses import astuple
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QFrame, QHBoxLayout

from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_prices import PricedFor
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations.templates import InsertDialog, KeepDialog
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.line_source import Buyer

if TYPE_CHECKING:
    from desktop_crm.services.quotation_header import DraftHeader
    from desktop_crm.services.quote_templates import TemplateRow
    from desktop_crm.ui.quotations.draft_form import DraftForm


class PriceOffer(QFrame):
    """A line above the grid: prices or words are another customer's; one button sets them right."""

    def __init__(self, ctx: Context, apply: Callable[[], None]) -> None:
        super().__init__()
        theme, t = ctx.theme, ctx.t
        self.setProperty("look", "card")
        self.text = Label("", wrap=True)
        self.take = button(t("Price the lines anew"), apply)
        self.leave = button(t("Leave them"), self.hide)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(12), theme.px(8), theme.px(12), theme.px(8))
        row.setSpacing(theme.px(10))
        row.addWidget(self.text, 1)
        row.addWidget(self.take)
        row.addWidget(self.leave)
        self.hide()


class DraftPrices(QObject):
    """``set_buyer`` after every change of customer, language, currency or rate; ``settled`` when a draft is shown."""

    def __init__(self, ctx: Context, form: DraftForm, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._grid, self._head = form.grid, form.head
        self._window = form
        self._name = ""
        self.now = PricedFor()
        self.before = PricedFor()
        self.offer = PriceOffer(ctx, self.price_anew)
        form.put_above_grid(self.offer)

    def settled(self) -> None:
        """The lines are priced for the present buyer, or are taken as they are."""
        self.before = self.now
        self.offer.hide()

    def set_buyer(self, customer: tuple[uuid.UUID, str] | None, header: DraftHeader) -> None:
        """New lines are priced for this buyer; for those there are it is offered."""
        from desktop_crm.services import quotation_prices

        key, self._name = customer or (None, "")
        now = PricedFor(key, header.language, header.currency, header.rate)
        if now == self.now:
            return
        self.now = now
        self._grid.filler.buyer = Buyer(*astuple(now))
        lines = self._grid.lines.lines
        if not any(line.is_priced for line in lines) or now == self.before:
            self.settled()
        else:
            self._ctx.tasks.read(
                quotation_prices.repriced, lines, self.before, now, done=self._compare, owner=self, slot="offer"
            )

    def _compare(self, lines: list[DraftLine]) -> None:
        """Offer it if it makes a difference."""
        self.offer.setVisible(self.now != self.before and lines != self._grid.lines.lines)
        self.offer.text.setText(self._said())
        t, words = self._ctx.t, self.before.priced_like(self.now)
        self.offer.take.setText(t("Use the words of this language") if words else t("Price the lines anew"))

    def _said(self) -> str:
        t, before, now = self._ctx.t, self.before, self.now
        if before.currency != now.currency:
            return t("The lines still have the prices in %(code)s.", code=before.currency)
        if before.customer_id != now.customer_id:
            return t("The lines still have the prices from before, not those of %(name)s.", name=self._name)
        if before.language != now.language:
            return t("The lines still have the words of the other language.")
        return t("The lines still have the prices of the other exchange rate.")

    def price_anew(self) -> None:
        """Price and word every line for the present buyer; Ctrl+Z in the grid takes it back."""
        from desktop_crm.services import quotation_prices

        self._grid.settle()
        old = self._grid.lines.lines
        t, words = self._ctx.t, self.before.priced_like(self.now)
        said = (
            t("The lines have the words of this language. Ctrl+Z in the lines takes it back.")
            if words
            else t("The lines are priced anew. Ctrl+Z in the lines takes it back.")
        )

        def take(lines: list[DraftLine]) -> None:
            if self._grid.lines.lines == old:
                self._grid.lines.put_all(lines)
                self.settled()
                self._ctx.toast(said)

        self._ctx.tasks.read(quotation_prices.repriced, old, self.before, self.now, done=take, owner=self)

    def choose_currency(self, home: str) -> None:
        """Another currency was chosen: propose the rate it had last, 1 for the home currency."""
        from desktop_crm.services import quotation_prices

        code = self._head.currency()
        if code == home:
            self._head.set_rate(Decimal(1))
        else:
            self._ctx.tasks.read(quotation_prices.last_rate, code, done=self._propose, owner=self, slot="rate")

    def _propose(self, rate: Decimal | None) -> None:
        if rate is not None:
            self._head.set_rate(rate)
        else:
            self._head.ask_rate()

    # -- templates -------------------------------------------------------------------------------

    def keep_template(self) -> None:
        """Keep lines of the draft under a name."""
        self._grid.settle()
        lines = self._grid.lines.lines
        if lines:
            KeepDialog(self._ctx, lines, self.now, self._window).open()
        else:
            self._ctx.toast(self._ctx.t("There are no lines to keep yet."))

    def insert_template(self) -> None:
        """Choose a template and put its lines below the current one."""
        from desktop_crm.services import quote_templates

        self._grid.settle()
        self._ctx.tasks.read(quote_templates.rows, done=self._choose, owner=self, slot="templates")

    def _choose(self, rows: list[TemplateRow]) -> None:
        if not rows:
            t = self._ctx.t
            self._ctx.toast(t("There is no template yet. Type lines, then choose “Keep lines as a template ...”."))
            return
        dialog = InsertDialog(self._ctx, rows, self.now, self._window)
        dialog.taken = self._insert
        dialog.open()

    def _insert(self, lines: list[DraftLine]) -> None:
        there = self._grid.lines.rows
        row = self._grid.currentIndex().row()
        place = row + 1 if 0 <= row < len(there) else len(there)
        self._grid.lines.insert(place, lines)
        self._grid.start_line()
