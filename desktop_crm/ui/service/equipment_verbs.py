"""What the buttons of the equipment card do."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm

if TYPE_CHECKING:
    from desktop_crm.services.equipment_card import EquipmentCard
    from desktop_crm.services.visits import VisitRow


class Verbs(QObject):
    """``edit_wanted`` is for the view, everything else is done here."""

    edit_wanted = Signal()

    def __init__(self, ctx: Context, window: QWidget) -> None:
        super().__init__(window)
        self._ctx, self._window = ctx, window

    def do(self, verb: str, card: EquipmentCard) -> None:
        """Do what a button or a menu entry says."""
        from desktop_crm.services import consumables, equipment
        from desktop_crm.ui.widgets.visit_dialogs import DoneDialog, PlanDialog

        if verb == "edit":
            self.edit_wanted.emit()
        elif verb == "user":
            self._ctx.open_record("customer", card.customer_id)
        elif verb == "order" and card.order_id is not None:
            self._ctx.open_record("customer_order", card.order_id)
        elif verb == "quote":
            self._quote(consumables.quote, card)
        elif verb == "use":
            self._write(equipment.put_in_use, card.id, self._ctx.t("%(name)s is in use.", name=card.name))
        elif verb == "retire":
            self._retire(card)
        elif verb == "plan":
            PlanDialog(self._ctx, card, None, self._window).open()
        elif verb == "done":
            DoneDialog(self._ctx, card, None, self._window).open()
        elif card.visits:
            self._next_visit(verb, card, card.visits[0])

    def _next_visit(self, verb: str, card: EquipmentCard, visit: VisitRow) -> None:
        from desktop_crm.services import inspections
        from desktop_crm.ui.widgets.visit_dialogs import MoveDialog, PlanDialog

        t = self._ctx.t
        if verb == "change":
            PlanDialog(self._ctx, card, visit, self._window).open()
        elif verb == "move":
            MoveDialog(self._ctx, visit.id, f"{card.name} · {card.customer}", visit.on, self._window).open()
        elif verb == "skip":
            self._write(inspections.skip, visit.id, t("The visit of %(day)s is skipped.", day=t.date(visit.on)))
        elif verb == "end":
            self._write(inspections.end, visit.id, t("No further visits are planned."))

    def _retire(self, card: EquipmentCard) -> None:
        from desktop_crm.services import equipment

        t = self._ctx.t
        if card.visits and not confirm(
            self._ctx,
            t("%(name)s is looked after regularly.", name=card.name),
            t("Its planned visits end when it is retired."),
            t("Retire"),
            self._window,
        ):
            return
        self._write(equipment.retire, card.id, t("%(name)s is retired.", name=card.name))

    def _quote(self, make: Callable[..., uuid.UUID], card: EquipmentCard) -> None:
        self._ctx.tasks.write(
            make, card.id, done=lambda outcome: self._ctx.open_record("quotation", outcome.result), owner=self
        )

    def _write(self, make: Callable[..., object], key: uuid.UUID, said: str) -> None:
        self._ctx.tasks.write(
            make, key, done=lambda outcome: self._ctx.toast(said, outcome.changed.batch_id), owner=self
        )
