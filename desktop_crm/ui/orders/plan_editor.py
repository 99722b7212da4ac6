"""The payment plan of an order while it is edited: its parts in a grid, and whether they come to the total."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QMenu, QVBoxLayout, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.plan_row import HEADS, PlanRow
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.payment_plan import PlanPart

NUMBERS = (2, 3)  # columns whose heading stands at the right


class PlanEditor(QWidget):
    """``edited`` after every change by the user. Without parts there is no plan."""

    edited = Signal()

    def __init__(self, ctx: Context, total: int = 0, currency: str = "") -> None:
        super().__init__()
        self.setProperty("look", "clear")
        self.rows: list[PlanRow] = []
        self.touched = False
        self._ctx = ctx
        self._total, self._currency = total, currency or ctx.t.home_currency
        t, px = ctx.t, ctx.theme.px
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(px(8))
        self._grid.setVerticalSpacing(px(6))
        self._grid.setColumnStretch(0, 1)
        self._grid.setColumnStretch(1, 1)
        self._heads = [Label(t(head), "small") for head in HEADS]
        for column, head in enumerate(self._heads):
            side = Qt.AlignmentFlag.AlignRight if column in NUMBERS else Qt.AlignmentFlag.AlignLeft
            self._grid.addWidget(head, 0, column, side)
        self.said = Label("", "small", wrap=True)
        self.rest = button(t("Put the rest into the last part"), self.put_rest)
        below = QHBoxLayout()
        below.setSpacing(px(10))
        below.addWidget(self.said, 1)
        below.addWidget(self.rest, 0, Qt.AlignmentFlag.AlignTop)
        column_box = QVBoxLayout(self)
        column_box.setContentsMargins(0, 0, 0, 0)
        column_box.setSpacing(px(8))
        column_box.addLayout(self._head())
        column_box.addLayout(self._grid)
        column_box.addLayout(below)
        self._judge()

    def _head(self) -> QHBoxLayout:
        from desktop_crm.services.payment_plan import USUAL

        t = self._ctx.t
        self.usual = button(t("Usual plans"), lambda: None)
        menu = QMenu(self.usual)
        self.choices: dict[str, QAction] = {}
        for key, (title, _parts) in USUAL.items():
            action = menu.addAction(t(title))
            action.triggered.connect(lambda _checked=False, key=key: self.take_usual(key))
            self.choices[key] = action
        self.usual.setMenu(menu)
        row = QHBoxLayout()
        self.heading = Label(t("Payment plan"), "heading")
        row.addWidget(self.heading)
        row.addStretch(1)
        row.addWidget(self.usual)
        row.addWidget(button(t("Add a part"), self.add_part))
        return row

    # -- what it holds ---------------------------------------------------------------------------

    def parts(self) -> list[PlanPart]:
        """What is typed; raises UserError (field "plan") when it is no plan for the total."""
        from desktop_crm.services import payment_plan

        found = self._typed()
        if found:
            payment_plan.check(found, self._total, self._currency)
        return found

    def set_parts(self, parts: Sequence[PlanPart]) -> None:
        """Show other parts."""
        while self.rows:
            self._take_away(self.rows[-1])
        for part in parts:
            self._add(part)
        self._judge()

    def set_total(self, total: int, currency: str) -> None:
        """The order comes to something else now; shares follow."""
        changed = currency != self._currency
        self._total = total
        if changed:
            self._currency = currency
            self.set_parts(())
        self._judge()

    def texts(self) -> list[dict[str, Any]]:
        """What is typed, for the recovery file."""
        return [
            {
                "name": row.name.text(),
                "trigger": row.trigger.currentData(),
                "percent": row.percent.text(),
                "amount": "" if row.percent.text() else row.amount.text(),
                "days": row.days.text(),
                "day": row.day.text(),
            }
            for row in self.rows
        ]

    def set_texts(self, typed: Any) -> None:
        """Put back what was typed; what cannot be read is left out."""
        from desktop_crm.services.payment_plan import PlanPart

        for texts in typed if isinstance(typed, list) else []:
            row = self._add(PlanPart(str(texts.get("name", "")), str(texts.get("trigger", "order"))))
            for name in ("percent", "amount", "days", "day"):
                getattr(row, name).setText(str(texts.get(name, "")))
        self.touched = bool(self.rows)
        self._judge()

    # -- what the user does ----------------------------------------------------------------------

    def take_usual(self, key: str) -> None:
        """Take over one of the usual plans."""
        from desktop_crm.services import payment_plan

        self.set_parts(payment_plan.usual(key, self._ctx.t))
        self._edited()

    def add_part(self) -> None:
        """Another part at the end, with the share that is left."""
        from desktop_crm.services.payment_plan import PlanPart

        name = self._ctx.t("Instalment %(number)s", number=len(self.rows) + 1)
        row = self._add(PlanPart(name, "date" if self.rows else "order"))
        try:
            left = 100 - sum(part.percent for part in self._typed())
        except UserError:
            left = Decimal(0)
        row.percent.set_value(left if left > 0 else None)
        self._edited()
        row.name.setFocus()
        row.name.selectAll()

    def put_rest(self) -> None:
        """Let the last part take what the others leave."""
        from desktop_crm.services import payment_plan

        try:
            self.set_parts(payment_plan.rest_into_last(self._typed(), self._total))
        except UserError as error:
            self.say(error)
            return
        self._edited()

    def remove(self, row: PlanRow) -> None:
        """Take a part away."""
        self._take_away(row)
        self._edited()

    def say(self, error: UserError) -> None:
        """Why it is no plan."""
        self._show(self._ctx.t.error(error), bad=True)

    # -- inside ----------------------------------------------------------------------------------

    def _typed(self) -> list[PlanPart]:
        return [row.part() for row in self.rows]

    def _add(self, part: PlanPart) -> PlanRow:
        row = PlanRow(self._ctx, self._currency, self._edited, self.remove)
        row.fill(part)
        self.rows.append(row)
        row.place(self._grid, len(self.rows))
        return row

    def _take_away(self, row: PlanRow) -> None:
        self.rows.remove(row)
        for widget in row.widgets:
            self._grid.removeWidget(widget)
            widget.hide()
            widget.deleteLater()
        for place, other in enumerate(self.rows, start=1):
            other.place(self._grid, place)

    def _edited(self) -> None:
        self.touched = True
        self._judge()
        self.edited.emit()

    def _judge(self) -> None:
        """Show what the shares come to, and whether it is a plan."""
        from desktop_crm.services import payment_plan

        for head in self._heads:
            head.setVisible(bool(self.rows))
        self.rest.setVisible(False)
        if not self.rows:
            self._show(self._ctx.t("One payment, due by the terms. A plan parts it: deposit, delivery, acceptance ..."))
            return
        try:
            typed = self._typed()
            for row, amount in zip(self.rows, payment_plan.nearest(typed, self._total), strict=True):
                row.show_amount(amount)
            payment_plan.check(typed, self._total, self._currency)
        except UserError as error:
            self.rest.setVisible(error.field == "plan" and "row" not in error.params)
            self.say(error)
            return
        self._show(self._ctx.t("Comes to %(total)s.", total=self._ctx.t.price(self._total, self._currency)))

    def _show(self, sentence: str, *, bad: bool = False) -> None:
        self.said.set_look("error" if bad else "small")
        self.said.setText(sentence)
