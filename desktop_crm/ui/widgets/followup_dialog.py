"""Planning a follow-up, moving one, or finishing one and planning the next."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

REPEATS = (
    ("", N_("Does not repeat")),
    ("FREQ=WEEKLY", N_("Every week")),
    ("FREQ=MONTHLY", N_("Every month")),
    ("FREQ=MONTHLY;INTERVAL=3", N_("Every 3 months")),
    ("FREQ=MONTHLY;INTERVAL=6", N_("Every 6 months")),
    ("FREQ=YEARLY", N_("Every year")),
)
Customer = tuple[uuid.UUID, str]


class FollowUpDialog(FormDialog):
    """A new follow-up; without a customer given, one is chosen by typing."""

    def __init__(
        self, ctx: Context, customer: Customer | None, *, parent: QWidget, staff_id: uuid.UUID | None = None
    ) -> None:
        t = ctx.t
        super().__init__(ctx, t("Plan follow-up"), customer[1] if customer else "", parent)
        self._customer, self._staff = customer, staff_id
        if customer is None:
            edit = TextEdit(hint=t("Name, phone, tax number, pinyin or zhuyin"))
            self.form.add("customer", t("Customer"), edit, span=2, required=True)
            Completer(ctx, edit, customers_like).chosen.connect(self._choose)
        self.form.add("subject", t("What is to be done"), TextEdit(), span=2, required=True)
        self.form.add("due_on", t("On"), DateEdit(t, "due_on"), required=True)
        self.form.add("due_time", t("At (if fixed)"), TextEdit(hint="14:00", limit=5))
        self.form.add("rrule", t("Repeats"), combo([(rule, t(text)) for rule, text in REPEATS]), span=2)
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setFixedHeight(ctx.theme.px(70))
        self.form.add("note", t("Note"), note, span=2)
        self.form.set_values({"due_on": clock.today() + dt.timedelta(days=1)})
        self.focus_on("subject" if customer else "customer")

    def _choose(self, chosen: Suggestion) -> None:
        self._customer = (chosen.data, chosen.text)
        edit = self.form.rows["customer"].control
        assert isinstance(edit, TextEdit)
        edit.setText(chosen.text)

    def save(self) -> None:
        """Write it into the plan."""
        from desktop_crm.services import followups

        typed = self.form.values()
        if self._customer is None:
            raise UserError(
                N_("No customer is chosen."), N_("Type some letters and choose from the list."), field="customer"
            )
        if typed["due_on"] is None:
            raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field="due_on")
        self.ctx.tasks.write(
            followups.plan,
            self._customer[0],
            typed["subject"],
            typed["due_on"],
            due_time=time_of(typed["due_time"]),
            note=typed["note"],
            rrule=typed["rrule"],
            staff_id=self._staff,
            done=lambda outcome: self.saved(self.ctx.t("The follow-up is planned."), outcome),
            failed=self.refused,
            owner=self,
        )


class FinishDialog(FormDialog):
    """Done, and what comes next; an empty next step just finishes."""

    def __init__(self, ctx: Context, follow_up: uuid.UUID, subject: str, customer: str, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Done, and next"), f"{customer} · {subject}", parent)
        self._follow_up = follow_up
        self.form.add("outcome", t("What came of it"), TextEdit(), span=2)
        self.form.add("subject", t("Next step"), TextEdit(hint=t("leave empty if nothing follows")), span=2)
        self.form.add("due_on", t("On"), DateEdit(t, "due_on"))
        self.form.set_values({"due_on": clock.today() + dt.timedelta(days=7)})
        self.focus_on("outcome")

    def save(self) -> None:
        """Finish, with the next step if one was typed."""
        from desktop_crm.services import followups

        typed = self.form.values()
        done, failed = self._done, self.refused
        tasks, key = self.ctx.tasks, self._follow_up
        if not typed["subject"]:
            tasks.write(followups.finish, key, typed["outcome"], done=done, failed=failed, owner=self)
        elif typed["due_on"] is None:
            raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field="due_on")
        else:
            next_step = (typed["outcome"], typed["subject"], typed["due_on"])
            tasks.write(followups.finish_and_plan, key, *next_step, done=done, failed=failed, owner=self)

    def _done(self, outcome: object) -> None:
        self.saved(self.ctx.t("Done."), outcome)


class PostponeDialog(FormDialog):
    """Another day for a follow-up."""

    def __init__(self, ctx: Context, follow_up: uuid.UUID, subject: str, customer: str, parent: QWidget) -> None:
        super().__init__(ctx, ctx.t("Move to another day"), f"{customer} · {subject}", parent)
        self._follow_up = follow_up
        self.form.add("due_on", ctx.t("On"), DateEdit(ctx.t, "due_on"), required=True)
        self.form.set_values({"due_on": clock.today() + dt.timedelta(days=1)})
        self.focus_on("due_on")

    def save(self) -> None:
        """Move it."""
        from desktop_crm.services import followups

        day = self.form.values()["due_on"]
        if day is None:
            raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field="due_on")
        said = self.ctx.t("Moved to %(day)s.", day=self.ctx.t.date(day))
        self.ctx.tasks.write(
            followups.postpone,
            self._follow_up,
            day,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


def time_of(typed: str) -> dt.time | None:
    """14:00, 1400 or 9; None for nothing. Raises UserError for anything else."""
    digits = typed.replace("：", ":").strip()
    if not digits:
        return None
    hours, _, minutes = digits.partition(":") if ":" in digits else (digits[:-2] or digits, "", digits[-2:])
    if ":" not in digits and len(digits) <= 2:
        hours, minutes = digits, "0"
    try:
        return dt.time(int(hours), int(minutes or 0))
    except ValueError:
        raise UserError(
            N_("%(text)s is not a time."), N_("Type it like 14:00."), field="due_time", text=typed[:20]
        ) from None


def customers_like(session: Session, typed: str) -> list[Suggestion]:
    """Customers for a completer, best first."""
    from desktop_crm.services import customer_list
    from desktop_crm.services.customer_list import CustomerQuery

    rows = customer_list.window(session, CustomerQuery(text=typed), 0, 8) if typed.strip() else []
    return [Suggestion(row.id, row.name, row.phone) for row in rows]
