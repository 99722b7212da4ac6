"""Keeps the badges of the rail right: read when the shop is open and after every change they depend on."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.attention import Badge
    from desktop_crm.store.journal import Changed

ENTITIES = frozenset(
    {
        "follow_up",
        "inspection_plan",
        "quotation",
        "quotation_revision",
        "customer_order",
        "payment",
        "payment_allocation",
    }
)


class Badges(QObject):
    """Tells ``ctx.set_badge``; nobody else does."""

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        ctx.data_changed.connect(self._changed)

    def read(self) -> None:
        """Count again."""
        self._ctx.tasks.read(_count, clock.today(), done=self._show, owner=self, slot="badges")

    def _changed(self, changed: Changed) -> None:
        if not ENTITIES.isdisjoint(changed.entities):
            self.read()

    def _show(self, counts: dict[str, Badge]) -> None:
        for page, (count, urgent) in counts.items():
            self._ctx.set_badge(page, count, urgent)


def _count(session: Session, today: dt.date) -> dict[str, Badge]:
    """For the read lane, which imports what it needs: 20 ms."""
    from desktop_crm.services import attention

    return attention.badges(session, today)
