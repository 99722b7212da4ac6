"""Planning a follow-up, moving one, or finishing one and planning the next."""

from __future__ import annotations

import datetime as dt
import uuid
from collections import Counter
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.completer import Completer, Suggestion
from desktop_crm.ui.widgets.edits import DateEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.repeat_words import ONE, parts_of, repeat_words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.followups import FollowUpRow

UNITS = (("", N_("Does not repeat")), *ONE.items())
NEXT_SHOWN = 3
Customer = tuple[uuid.UUID, str]


class FollowUpDialog(FormDialog):
    """A new follow-up, or with ``row`` one to be changed; without a customer given, one is chosen by typing."""

    def __init__(
        self,
        ctx: Context,
        customer: Customer | None,
        *,
        parent: QWidget,
        staff_id: uuid.UUID | None = None,
        day: dt.date | None = None,
        row: FollowUpRow | None = None,
    ) -> None:
        t = ctx.t
        super().__init__(
            ctx, t("Plan follow-up") if row is None else t("Follow-up"), customer[1] if customer else "", parent
        )
        self._customer, self._row = customer, row
        self._staff, self._first_staff = combo([("", t("Nobody in particular"))]), ""
        self._build(customer is None)
        self._show_repeat()
        self.form.changed.connect(self._show_repeat)
        self.form.set_values({"due_on": day or clock.today() + dt.timedelta(days=1)} if row is None else _values(row))
        if customer is not None:  # without one nobody would know whose it was
            self.survive(f"follow_up/{row.id}/{customer[0]}" if row is not None else f"plan/{customer[0]}")
        self._show_repeat()
        ctx.tasks.read(people, done=lambda found: self._fill_staff(found, staff_id), owner=self)
        self.focus_on("subject" if customer else "customer")

    def _build(self, asks_customer: bool) -> None:
        ctx, t, form = self.ctx, self.ctx.t, self.form
        if asks_customer:
            edit = TextEdit(hint=t("Name, phone, tax number, pinyin or zhuyin"))
            form.add("customer", t("Customer"), edit, span=2, required=True)
            Completer(ctx, edit, customers_like).chosen.connect(self._choose)
        form.add("subject", t("What is to be done"), TextEdit(), span=2, required=True)
        form.add("due_on", t("On"), DateEdit(t, "due_on"), required=True)
        form.add("due_time", t("At (if fixed)"), TextEdit(hint="14:00", limit=5))
        form.add("unit", t("Repeats"), combo([(unit, t(text)) for unit, text in UNITS]))
        form.add("staff", t("Who"), self._staff)
        form.add("every", t("Interval"), TextEdit("1", limit=2))
        form.add("until", t("Until (if it ends)"), DateEdit(t, "until"))
        self.repeat = Label("", "muted", wrap=True)
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setFixedHeight(ctx.theme.px(70))
        form.add("note", t("Note"), note, span=2)
        box = self.layout()
        assert isinstance(box, QVBoxLayout)
        box.insertWidget(box.indexOf(self.place) + 1, self.repeat)

    def _fill_staff(self, found: list[tuple[uuid.UUID, str]], wanted: uuid.UUID | None) -> None:
        """Everybody who works here; the one whose it is or shall be is chosen."""
        for key, name in found:
            self._staff.addItem(name, str(key))
        mine = self._row.staff if self._row is not None else ""
        chosen = next((n for n, (key, name) in enumerate(found, 1) if key == wanted or (mine and name == mine)), 0)
        before = self._staff.blockSignals(True)
        self._staff.setCurrentIndex(chosen)
        self._staff.blockSignals(before)
        self._first_staff = self._staff.currentData()

    def _choose(self, chosen: Suggestion) -> None:
        self._customer = (chosen.data, chosen.text)
        edit = self.form.rows["customer"].control
        assert isinstance(edit, TextEdit)
        edit.setText(chosen.text)

    def _show_repeat(self) -> None:
        """How it repeats in words, and the next days."""
        unit = self.form.rows["unit"].control
        assert isinstance(unit, QComboBox)
        for name in ("every", "until"):
            self.form.rows[name].setVisible(bool(unit.currentData()))
        self.repeat.setText(self._repeat_words())
        self.repeat.setVisible(bool(self.repeat.text()))

    def _repeat_words(self) -> str:
        from desktop_crm.services import followups

        t = self.ctx.t
        try:
            typed = self.form.values()
            if typed["due_on"] is None:
                return ""
            rule = self._rule(typed)
        except UserError:  # said when it is saved
            return ""
        if not rule:
            return ""
        days = followups.next_days(rule, typed["due_on"], NEXT_SHOWN)
        coming = ", ".join(t.date(day) for day in days)
        return f"{repeat_words(t, rule)} · {coming}" if coming else repeat_words(t, rule)

    @staticmethod
    def _rule(typed: dict[str, Any]) -> str:
        from desktop_crm.services import followups

        every = int(typed["every"]) if typed["every"].isdecimal() else 0
        return followups.repeat_rule(typed["unit"], every, typed["due_on"], typed["until"] if typed["unit"] else None)

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
        values = {name: typed[name] for name in ("subject", "due_on", "note")}
        values |= {"due_time": time_of(typed["due_time"]), "rrule": self._rule(typed)}
        staff = uuid.UUID(typed["staff"]) if typed["staff"] else None
        if self._row is None:
            subject, due_on = values.pop("subject"), values.pop("due_on")
            said = self.ctx.t("The follow-up is planned.")
            self._write(followups.plan, said, self._customer[0], subject, due_on, staff_id=staff, **values)
            return
        if typed["staff"] != self._first_staff:
            values["staff_id"] = staff
        if not self._touches_rule(typed):
            del values["rrule"]
        self._write(followups.update, self.ctx.t("The follow-up is changed."), self._row.id, values)

    def _touches_rule(self, typed: dict[str, Any]) -> bool:
        """Whether the repetition was changed: one moved by its day alone keeps its rhythm."""
        assert self._row is not None
        unit, every, until = parts_of(self._row.rrule)
        return (typed["unit"], typed["every"], typed["until"]) != (unit, str(every), until)

    def _write(self, service: Any, said: str, *args: Any, **more: Any) -> None:
        self.ctx.tasks.write(
            service,
            *args,
            **more,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


def _values(row: FollowUpRow) -> dict[str, Any]:
    """What the form shows of a follow-up."""
    unit, every, until = parts_of(row.rrule)
    return {
        "subject": row.subject,
        "due_on": row.due_on,
        "due_time": f"{row.due_time:%H:%M}" if row.due_time else "",
        "unit": unit,
        "every": str(every),
        "until": until,
        "note": row.note,
    }


def people(session: Session) -> list[tuple[uuid.UUID, str]]:
    """For the read lane: everybody who works here."""
    from desktop_crm.services import staff

    return staff.names(session)


class FinishDialog(FormDialog):
    """Done, and what comes next; an empty next step just finishes."""

    def __init__(
        self, ctx: Context, follow_up: uuid.UUID, subject: str, customer: str, parent: QWidget, *, rrule: str = ""
    ) -> None:
        t = ctx.t
        about = f"{customer} · {subject}"
        if rrule:
            said = t(
                "%(rhythm)s. Without a next step the next one is planned by itself.", rhythm=repeat_words(t, rrule)
            )
            about = f"{about}\n{said}"
        super().__init__(ctx, t("Done, and next"), about, parent)
        self._follow_up = follow_up
        self.form.add("outcome", t("What came of it"), TextEdit(), span=2)
        self.form.add("subject", t("Next step"), TextEdit(hint=t("leave empty if nothing follows")), span=2)
        self.form.add("due_on", t("On"), DateEdit(t, "due_on"))
        self.form.set_values({"due_on": clock.today() + dt.timedelta(days=7)})
        self.survive(f"finish/{follow_up}")
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
    names = Counter(row.name for row in rows)
    codes = customer_list.codes(session, [row.id for row in rows if names[row.name] > 1])  # tell namesakes apart
    return [Suggestion(row.id, row.name, " · ".join(filter(None, (codes.get(row.id), row.phone)))) for row in rows]
