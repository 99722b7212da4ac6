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
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit, parse_time
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from desktop_crm.services.contacts import ContactRow
    from desktop_crm.services.interactions import Noted


class InteractionDialog(FormDialog):
    """Kind, contact, when it was (now unless typed), minutes and what was said; of ``noted``, when that is edited."""

    def __init__(
        self,
        ctx: Context,
        customer: uuid.UUID,
        name: str,
        contacts: Sequence[ContactRow],
        staff_id: uuid.UUID | None,
        parent: QWidget,
        noted: Noted | None = None,
    ) -> None:
        t = ctx.t
        super().__init__(ctx, t("Note a call or visit") if noted is None else t("Edit the note"), name, parent)
        self._customer, self._staff, self._noted = customer, staff_id, noted
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
        moment = clock.now() if noted is None else noted.values["happened_at"]
        self._opened = clock.local(moment).replace(second=0, microsecond=0)
        form.set_values({"on": self._opened.date(), "at": f"{self._opened:%H:%M}"})
        if noted is not None:
            form.set_values({**noted.values, "minutes": noted.values["minutes"] or None})
            self.buttons.insertWidget(0, button(t("Delete"), self._delete))
        self.survive(f"note/{customer}" if noted is None else f"noted/{noted.id}/{customer}")
        self.focus_on("summary")

    def save(self) -> None:
        """Write it down."""
        from desktop_crm.services import interactions

        typed = self.form.values()
        moment = self._moment(typed)
        told = {name: typed[name] for name in ("kind", "summary", "contact_id")}
        told["minutes"] = int(typed["minutes"] or 0)
        said = self.ctx.t("Noted.")
        if self._noted is not None:
            values = {**told, "happened_at": moment or self._noted.values["happened_at"]}
            self.ctx.tasks.write(
                interactions.update, self._noted.id, values,
                done=lambda outcome: self.saved(said, outcome), failed=self.refused, owner=self,
            )  # fmt: skip
            return
        self.ctx.tasks.write(
            interactions.record, self._customer, **told, happened_at=moment, staff_id=self._staff,
            done=lambda outcome: self.saved(said, outcome), failed=self.refused, owner=self,
        )  # fmt: skip

    def _delete(self) -> None:
        from desktop_crm.services import interactions

        assert self._noted is not None
        said = self.ctx.t("The note was deleted.")
        self.ctx.tasks.write(
            interactions.delete, self._noted.id, done=lambda outcome: self.saved(said, outcome), owner=self
        )

    def _moment(self, typed: dict[str, Any]) -> dt.datetime | None:
        """When it was; None (the moment known) when date and time stayed. Raises UserError."""
        day = typed["on"] or self._opened.date()
        time = parse_time(typed["at"], "at") if typed["at"].strip() else self._opened.time()
        moment = dt.datetime.combine(day, time, self._opened.tzinfo)
        if moment == self._opened:
            return None
        if moment > clock.local(clock.now()):
            raise UserError(N_("This is still to come."), N_("Plan a follow-up for it."), field="on")
        return moment.astimezone(dt.UTC)
