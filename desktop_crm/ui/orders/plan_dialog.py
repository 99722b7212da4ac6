"""Changing the payment plan of an order that is taken already."""

from __future__ import annotations

from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.orders.dialogs import about
from desktop_crm.ui.orders.plan_editor import PlanEditor
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.ui.orders.card_data import CardData

WIDTH = 820  # pixels at 15 px text where the screen has them


class PlanDialog(FormDialog):
    """The parts of the plan; without any the order is due by its terms."""

    def __init__(self, ctx: Context, data: CardData, parent: QWidget) -> None:
        from desktop_crm.services import instalments

        view = data.view
        amount = ctx.t.price(view.total, view.currency)
        super().__init__(ctx, ctx.t("Payment plan"), f"{about(view)} · {amount}", parent)
        self._view = view
        room = self.screen().availableGeometry().width() - ctx.theme.px(40)
        self.setMinimumWidth(min(ctx.theme.px(WIDTH), room))
        self.plan = PlanEditor(ctx, view.total, view.currency)
        self.plan.set_parts(instalments.parts_of(data.plan))
        self.place.hold(self.plan)  # in the place of the form
        self.plan.edited.connect(self._edited)
        self.plan.heading.hide()  # the title says so already

    def _edited(self) -> None:
        self.form.dirty = True  # Esc asks

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
