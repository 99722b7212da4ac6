"""What can be done with a follow-up from board, list and calendar alike; every step can be undone."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog

if TYPE_CHECKING:
    from desktop_crm.services.followups import FollowUpRow

OPEN = "open"


class FollowUpVerbs:
    """Writes, dialogs and toasts; ``parent`` is what the dialogs stand before."""

    def __init__(self, ctx: Context, parent: QWidget) -> None:
        self._ctx = ctx
        self._parent = parent

    def do(self, verb: str, row: FollowUpRow) -> None:
        """Carry out "finish", "next", "move", "drop" or "customer"; a done one can only be looked at."""
        if verb == "customer":
            self._ctx.open_record("customer", row.customer_id)
        elif row.state == OPEN:
            {"finish": self._finish, "next": self._ask_next, "move": self._ask_day, "drop": self._drop}[verb](row)

    def plan(self, day: dt.date | None = None) -> None:
        """Plan something for a customer chosen by typing."""
        FollowUpDialog(self._ctx, None, parent=self._parent).open()

    def _finish(self, row: FollowUpRow) -> None:
        from desktop_crm.services import followups

        self._write(followups.finish, row.id, self._ctx.t("Done: %(subject)s", subject=row.subject))

    def _drop(self, row: FollowUpRow) -> None:
        from desktop_crm.services import followups

        self._write(followups.cancel, row.id, self._ctx.t("Dropped: %(subject)s", subject=row.subject))

    def _ask_next(self, row: FollowUpRow) -> None:
        FinishDialog(self._ctx, row.id, row.subject, row.customer, self._parent).open()

    def _ask_day(self, row: FollowUpRow) -> None:
        PostponeDialog(self._ctx, row.id, row.subject, row.customer, self._parent).open()

    def _write(self, service: Any, record: uuid.UUID, said: str, *args: Any) -> None:
        toast = self._ctx.toast
        self._ctx.tasks.write(
            service,
            record,
            *args,
            done=lambda outcome: toast(said, outcome.changed.batch_id),
            owner=self._parent,
        )
