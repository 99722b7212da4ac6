"""Confirmations, delivery notes and statements of account: asking for the period, drawing them, showing them."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QCheckBox, QDialog, QVBoxLayout

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders import drawing
from desktop_crm.ui.orders.drawing import Paper
from desktop_crm.ui.orders.paper_screen import PaperScreen
from desktop_crm.ui.page import Page
from desktop_crm.ui.widgets.edits import DateEdit
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.payment_dialog import day_of

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


class Papers:
    """``dialog`` is the last one opened; ``page`` shows what was drawn."""

    def __init__(self, ctx: Context, page: Page) -> None:
        self.dialog: QDialog | None = None
        self._ctx = ctx
        self._page = page

    def show_confirmation(self, order: uuid.UUID) -> None:
        """Draw the confirmation of an order and show it."""
        kind = self._ctx.t("Order confirmation")
        self._ctx.tasks.read(
            drawing.draw_confirmation, order, done=lambda paper: self.show(kind, paper), owner=self._page
        )

    def show_delivery(self, delivery: uuid.UUID, *, priced: bool = False) -> None:
        """Draw the note of a delivery and show it."""
        kind = self._ctx.t("Delivery note")
        self._ctx.tasks.read(
            drawing.draw_delivery, delivery, priced, done=lambda paper: self.show(kind, paper), owner=self._page
        )

    def ask_statement(self, customer: uuid.UUID | None) -> None:
        """Ask for the period of a statement, for one customer or for everybody who owes something."""
        self.dialog = StatementDialog(self._ctx, self, customer, self._page)
        self.dialog.open()

    def show(self, kind: str, paper: Paper) -> None:
        """Show a paper in the place of the list."""
        self._page.push(PaperScreen(self._ctx, self._page, self._ctx.t("Orders"), kind, paper))


class StatementDialog(FormDialog):
    """First day and closing day; for everybody also whether only those who close on that day."""

    def __init__(self, ctx: Context, papers: Papers, customer: uuid.UUID | None, page: Page) -> None:
        t = ctx.t
        who = "" if customer else t("One PDF for everybody who owes something, each on pages of their own.")
        super().__init__(ctx, t("Statement of account"), who or " ", page)
        self._papers = papers
        self._customer = customer
        self.form.add("since", t("First day"), DateEdit(t, "since"), required=True)
        self.form.add("until", t("Closing day"), DateEdit(t, "until"), required=True)
        self.only = QCheckBox(t("Only customers who close on this day"))
        self.only.setAccessibleName(self.only.text())
        self.only.setVisible(customer is None)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(box.count() - 1, self.only)
        self._save.setText(t("Show the statement") if customer else t("Show the statements"))
        until = self.form.rows["until"].control
        assert isinstance(until, DateEdit)
        until.editingFinished.connect(self._follow)
        self._until = until
        ctx.tasks.read(read_closing, customer, done=self._start, owner=self)
        self.focus_on("until")

    def _start(self, found: tuple[dt.date, dt.date, str]) -> None:
        since, until, name = found
        self.form.set_values({"since": since, "until": until})
        if name:
            self.about.setText(name)

    def _follow(self) -> None:
        """The usual month before the closing day typed."""
        from desktop_crm.services import statements

        try:
            until = self._until.value()
        except UserError:
            return
        if until is not None:
            self.form.set_values({"since": statements.usual_period(until)})

    def save(self) -> None:
        """Draw it."""
        typed = self.form.values()
        since, until = day_of(typed["since"], "since"), day_of(typed["until"], "until")
        if since > until:
            raise UserError(N_("The first day is after the closing day."), N_("Swap them."), field="since")
        if self._customer is not None:
            self.ctx.tasks.read(
                drawing.draw_statement, self._customer, since, until, done=self._show, failed=self.refused, owner=self
            )
            return
        self.ctx.tasks.heavy(
            drawing.draw_statements,
            self.ctx.path,
            since,
            until,
            self.only.isChecked(),
            done=lambda found: self._show_all(found[0], found[1], until),
            failed=self.refused,
            owner=self,
            title=self.ctx.t("Drawing the statements"),
        )

    def _show_all(self, content: bytes, count: int, until: dt.date) -> None:
        about = self.ctx.t.plural("%(count)s statement", "%(count)s statements", count)
        self._show(Paper(content, self.ctx.t.date(until), about, until.isoformat()))

    def _show(self, paper: Paper) -> None:
        self.accept()
        self._papers.show(self.ctx.t("Statement of account"), paper)


def read_closing(session: Session, customer: uuid.UUID | None) -> tuple[dt.date, dt.date, str]:
    """The period of the latest closing day, the customer's own if it has one, and its name; for the read lane."""
    from desktop_crm.models import Customer
    from desktop_crm.services import statements
    from desktop_crm.services.records import fetch

    found = fetch(session, Customer, customer) if customer else None
    until = statements.last_closing(clock.today(), found.closing_day if found else None)
    return statements.usual_period(until), until, found.name if found else ""
