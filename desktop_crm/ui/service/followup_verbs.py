"""What can be done with a follow-up from board, list and calendar alike; every step can be undone."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.card_words import INSPECTION
from desktop_crm.ui.service.weeks import next_week
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard
    from desktop_crm.services.followups import FollowUpRow

OPEN = "open"


class FollowUpVerbs:
    """Writes, dialogs and toasts; ``parent`` is what the dialogs stand before."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        self._ctx = ctx
        self._parent = parent

    def do(self, verb: str, row: FollowUpRow) -> None:
        """Carry out a command of ``card_commands``; what it does not allow for a card is passed over."""
        if verb == "customer":
            self._ctx.open_record("customer", row.customer_id)
        elif verb in ("today", "tomorrow", "next_week"):
            self.move(row, day_of(verb, self._ctx.t.lang))
        elif verb == "open":
            self.open(row)
        elif row.state == OPEN:
            {"finish": self._finish, "next": self.ask_next, "move": self._ask_day, "drop": self._drop}[verb](row)

    def plan(self, day: dt.date | None = None) -> None:
        """Plan something for a customer chosen by typing; who works here does it."""
        FollowUpDialog(self._ctx, None, parent=self._parent, staff_id=me(self._ctx), day=day).open()

    def open(self, row: FollowUpRow) -> None:
        """Show a follow-up for changing it; of an inspection the equipment."""
        if _is_inspection(row):
            self._ctx.open_record("equipment", row.about_id)  # type: ignore[arg-type]
        else:
            FollowUpDialog(self._ctx, (row.customer_id, row.customer), parent=self._parent, row=row).open()

    def move(self, row: FollowUpRow | BoardCard, day: dt.date) -> None:
        """Move to another day."""
        from desktop_crm.services import followups, inspections

        said = self._ctx.t("Moved to %(day)s.", day=self._ctx.t.date(day))
        if _is_inspection(row):
            self._write(inspections.move_visits, [row.id], said, day)
        else:
            self._write(followups.move_to, row.id, said, day)

    def ask_next(self, row: FollowUpRow) -> None:
        """Done, and what comes next; of an inspection the equipment, where visits are noted."""
        if _is_inspection(row):
            self.open(row)
        elif row.state == OPEN:
            FinishDialog(self._ctx, row.id, row.subject, row.customer, self._parent, rrule=row.rrule).open()

    def _finish(self, row: FollowUpRow) -> None:
        from desktop_crm.services import followups

        self._write(followups.finish, row.id, self._ctx.t("Done: %(subject)s", subject=row.subject))

    def _drop(self, row: FollowUpRow) -> None:
        from desktop_crm.services import followups

        self._write(followups.cancel, row.id, self._ctx.t("Dropped: %(subject)s", subject=row.subject))

    def _ask_day(self, row: FollowUpRow) -> None:
        PostponeDialog(self._ctx, row.id, row.subject, row.customer, self._parent).open()

    def _write(self, service: Any, record: Any, said: str, *args: Any) -> None:
        toast = self._ctx.toast
        self._ctx.tasks.write(
            service,
            record,
            *args,
            done=lambda outcome: toast(said, outcome.changed.batch_id),
            owner=self._parent,
        )


def me(ctx: Context) -> uuid.UUID | None:
    """Who works at this computer, None when nobody said so."""
    try:
        return uuid.UUID(ctx.state.text("me"))
    except ValueError:
        return None


def day_of(verb: str, lang: str) -> dt.date:
    """The day "today", "tomorrow" or "next_week" (its Monday) means."""
    today = clock.today()
    return next_week(today, lang) if verb == "next_week" else today + dt.timedelta(days=verb == "tomorrow")


def _is_inspection(row: object) -> bool:
    return getattr(row, "kind", "") == INSPECTION
