"""Noting a call, visit or message: one small window, done in ten seconds."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import INTERACTION_KINDS
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit, parse_time
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow


class InteractionDialog(FormDialog):
    """Kind, contact, when it was (now unless typed), minutes and what was said."""

    def __init__(
        self,
        ctx: Context,
        customer: uuid.UUID,
        name: str,
        contacts: Sequence[ContactRow],
        staff_id: uuid.UUID | None,
        parent: QWidget,
    ) -> None:
        t = ctx.t
        super().__init__(ctx, t("Note a call or visit"), name, parent)
        self._customer, self._staff = customer, staff_id
        form = self.form
        form.add("kind", t("Kind"), combo([(key, t(text)) for key, text in INTERACTION_KINDS.items()]))
        people: list[tuple[Any, str]] = [(row.id, row.name) for row in contacts]
        form.add("contact_id", t("With"), combo([*people, (None, "—")]))
        said = QPlainTextEdit()
        said.setTabChangesFocus(True)
        said.setFixedHeight(ctx.theme.px(120))
        form.add("summary", t("What was said"), said, span=2, required=True)
        form.add("on", t("Date"), DateEdit(t, "on"))
        form.add("at", t("Time"), TextEdit(limit=8))
        form.add("minutes", t("Minutes"), NumberEdit(t, "minutes"))
        self._opened = clock.local(clock.now()).replace(second=0, microsecond=0)
        form.set_values({"on": self._opened.date(), "at": f"{self._opened:%H:%M}"})
        self.focus_on("summary")

    def save(self) -> None:
        """Write it down."""
        from desktop_crm.services import interactions

        typed = self.form.values()
        self.ctx.tasks.write(
            interactions.record,
            self._customer,
            typed["kind"],
            typed["summary"],
            happened_at=self._moment(typed),
            minutes=int(typed["minutes"] or 0),
            contact_id=typed["contact_id"],
            staff_id=self._staff,
            done=lambda outcome: self.saved(self.ctx.t("Noted."), outcome),
            failed=self.refused,
            owner=self,
        )

    def _moment(self, typed: dict[str, Any]) -> dt.datetime | None:
        """When it was; None (the present moment) when date and time stayed. Raises UserError."""
        day = typed["on"] or self._opened.date()
        time = parse_time(typed["at"], "at") if typed["at"].strip() else self._opened.time()
        moment = dt.datetime.combine(day, time, self._opened.tzinfo)
        if moment == self._opened:
            return None
        if moment > clock.local(clock.now()):
            raise UserError(N_("This is still to come."), N_("Plan a follow-up for it."), field="on")
        return moment.astimezone(dt.UTC)
