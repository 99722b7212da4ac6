"""One part of a payment plan while it is edited: name, what makes it due, share or amount, days or day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QGridLayout, QStackedWidget, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.limits import scaled
from desktop_crm.core.titles import INSTALMENT_TRIGGERS
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo

if TYPE_CHECKING:
    from desktop_crm.services.payment_plan import PlanPart

HEADS = (N_("Part"), N_("Falls due"), N_("Share in ％"), N_("Amount"), N_("Days later, or day"))
NAME, TRIGGER = 100, 120  # least pixels at 15 px text of a name, and of what it falls due by


class PlanRow:
    """The controls of a part in row ``place`` of a grid; ``edited`` and ``removed`` are called back."""

    def __init__(
        self, ctx: Context, code: str, edited: Callable[[], object], removed: Callable[[PlanRow], object]
    ) -> None:
        from desktop_crm.core.currencies import currency

        t, px = ctx.t, ctx.theme.px
        self._t, self._code = t, code
        self.name = TextEdit(limit=80)
        self.trigger: QComboBox = combo([(key, t(text)) for key, text in INSTALMENT_TRIGGERS.items()])
        self.percent = NumberEdit(t, "percent", 4)
        self.amount = NumberEdit(t, "amount", currency(code).digits)
        self.days = NumberEdit(t, "days")
        self.day = DateEdit(t, "due_on")
        self.when = QStackedWidget()
        self.when.setProperty("look", "clear")
        self.when.addWidget(self.days)
        self.when.addWidget(self.day)
        self.remove = icon_button(ctx.theme, "x", t("Delete this part"), lambda: removed(self))
        controls = (self.name, self.trigger, self.percent, self.amount)
        for control, head in zip(controls, HEADS[:4], strict=True):
            control.setAccessibleName(t(head))
        self.days.setAccessibleName(t("Days later"))
        self.day.setAccessibleName(t("Due on"))
        self.name.setMinimumWidth(px(NAME))
        self.trigger.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.trigger.setMinimumWidth(px(TRIGGER))
        self.percent.setFixedWidth(px(66))
        self.amount.setFixedWidth(px(108))
        self.when.setFixedWidth(px(116))
        self.when.setFixedHeight(self.name.sizeHint().height())
        self.widgets: tuple[QWidget, ...] = (*controls, self.when, self.remove)
        self._connect(edited)

    def _connect(self, edited: Callable[[], object]) -> None:
        self.percent.textEdited.connect(lambda _text: self.amount.clear())
        self.amount.textEdited.connect(lambda _text: self.percent.clear())
        for control in (self.name, self.percent, self.amount, self.days, self.day):
            control.textEdited.connect(lambda _text: edited())
        self.trigger.currentIndexChanged.connect(lambda _place: self._show_when())
        self.trigger.activated.connect(lambda _place: edited())

    def _show_when(self) -> None:
        """Only a part due on a day of its own has one; those that follow something may come days later."""
        chosen = self.trigger.currentData()
        self.when.setCurrentWidget(self.day if chosen == "date" else self.days)
        self.days.setEnabled(chosen != "terms")

    def place(self, grid: QGridLayout, row: int) -> None:
        """Stand in this row of the grid."""
        for column, widget in enumerate(self.widgets):
            grid.addWidget(widget, row, column)

    def fill(self, part: PlanPart) -> None:
        """Show a part."""
        from desktop_crm.core.currencies import to_major

        self.name.setText(part.name)
        self.name.setCursorPosition(0)  # a long text shows its beginning
        self.trigger.setCurrentIndex(list(INSTALMENT_TRIGGERS).index(part.trigger))
        self._show_when()
        self.percent.set_value(part.percent or None)
        self.amount.set_value(to_major(part.amount, self._code) if part.amount else None)
        self.days.set_value(part.days or None)
        self.day.set_value(part.due_on)

    def show_amount(self, amount: int) -> None:
        """Show what the share comes to; a fixed amount stays as typed."""
        from desktop_crm.core.currencies import to_major

        if self.percent.text().strip():
            self.amount.set_value(to_major(amount, self._code))

    def part(self) -> PlanPart:
        """What is typed; raises UserError."""
        from desktop_crm.core.currencies import to_minor
        from desktop_crm.services.payment_plan import PlanPart

        percent, amount = self.percent.value() or Decimal(0), Decimal(0)
        scaled(percent, "tax_percent")
        if not percent:
            amount = self.amount.value() or Decimal(0)
        trigger = self.trigger.currentData()
        return PlanPart(
            self.name.text().strip(),
            trigger,
            percent,
            to_minor(amount, self._code),
            self._days() if trigger not in ("date", "terms") else 0,
            self._day() if trigger == "date" else None,
        )

    def _days(self) -> int:
        days = self.days.value() or Decimal(0)
        if days != int(days):
            raise UserError(N_("Type whole days."), field="plan")
        return int(days)

    def _day(self) -> dt.date | None:
        return self.day.value()
