"""Changing the payment plan of an order that is taken already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QVBoxLayout, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.dialogs import about
from desktop_crm.ui.orders.plan_editor import PlanEditor
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.ui.orders.card_data import CardData


class PlanDialog(FormDialog):
    """The parts of the plan; without any the order is due by its terms."""

    def __init__(self, ctx: Context, data: CardData, parent: QWidget) -> None:
        from desktop_crm.services import instalments

        view = data.view
        amount = ctx.t.price(view.total, view.currency)
        super().__init__(ctx, ctx.t("Payment plan"), f"{about(view)} · {amount}", parent)
        self._view = view
        self.setMinimumWidth(ctx.theme.px(760))
        self.plan = PlanEditor(ctx, view.total, view.currency)
        self.plan.set_parts(instalments.parts_of(data.plan))
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.replaceWidget(self.form, self.plan)
        self.form.hide()
        self.plan.heading.hide()  # the title says so already

    def save(self) -> None:
        """Store the plan."""
        from desktop_crm.services import instalments

        said = self.ctx.t("The payment plan of %(number)s is stored.", number=self._view.number)
        self.ctx.tasks.write(
            instalments.set_plan,
            self._view.id,
            self.plan.parts(),
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )

    def refused(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            self.plan.say(error)
        else:
            super().refused(error)
