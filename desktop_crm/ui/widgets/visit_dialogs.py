"""Planning visits to a piece of equipment, noting one that is done, moving one to another day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING, Any

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit, TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.visit_words import REPEATS, plan_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment_card import EquipmentCard
    from desktop_crm.services.visits import VisitRow


class PlanDialog(FormDialog):
    """Visits to a piece: when the first or next one is, and how often they repeat; ``visit`` is a plan to change."""

    def __init__(self, ctx: Context, card: EquipmentCard, visit: VisitRow | None, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(
            ctx, t("Change the plan") if visit else t("Plan visit"), f"{card.customer} · {card.name}", parent
        )
        self._equipment, self._visit = card.id, visit
        repeats: list[tuple[Any, str]] = [(months, t(text)) for months, text in REPEATS]
        months = _months(visit)
        if visit is not None and months not in dict(REPEATS):
            repeats.append((None, t("By an own rule")))
            months = None
        self.form.add(
            "starts_on", t("Next visit") if visit else t("First visit"), DateEdit(t, "starts_on"), required=True
        )
        self.form.add("rrule", t("Repeats"), combo(repeats))
        self.form.add("name", t("Called"), TextEdit(hint=t("for example: yearly check")), span=2)
        day = visit.on if visit else clock.today() + dt.timedelta(days=1)
        self.form.set_values({"starts_on": day, "rrule": months, "name": visit.plan if visit else ""})
        self.focus_on("starts_on")

    def save(self) -> None:
        """Write it into the plan."""
        from desktop_crm.services import inspection_rules, inspections

        typed = self.form.values()
        start = _day(typed["starts_on"], "starts_on")
        done, failed, tasks = self._done, self.refused, self.ctx.tasks
        old = self._visit
        if old is None:
            rule = inspection_rules.with_months(typed["rrule"], "", start)
            tasks.write(
                inspections.plan, self._equipment, start, rule, typed["name"], done=done, failed=failed, owner=self
            )
            return
        values: dict[str, Any] = {"name": typed["name"]}
        if start != old.on or typed["rrule"] != (_months(old) if typed["rrule"] is not None else None):
            values |= {"starts_on": start, "rrule": inspection_rules.with_months(typed["rrule"], old.rrule, start)}
        tasks.write(inspections.update, old.id, values, done=done, failed=failed, owner=self)

    def _done(self, outcome: object) -> None:
        self.saved(self.ctx.t("The visits are planned."), outcome)


class DoneDialog(FormDialog):
    """A visit that took place: which one, when, who, how long, and what was done."""

    def __init__(self, ctx: Context, card: EquipmentCard, visit: uuid.UUID | None, parent: QWidget) -> None:
        from desktop_crm.services import visits

        t = ctx.t
        super().__init__(ctx, t("Visit done"), f"{card.customer} · {card.name}", parent)
        self._equipment = card.id
        plans: list[tuple[Any, str]] = [
            (row.id, f"{t.date(row.on)} · {plan_text(t, row.plan, row.rrule)}") for row in card.visits
        ]
        self.form.add("plan_id", t("Planned visit"), combo([*plans, (None, t("Not planned"))]), span=2)
        self.form.add("on", t("Date"), DateEdit(t, "on"), required=True)
        self.form.add("minutes", t("Minutes"), NumberEdit(t, "minutes"))
        self.form.add("staff_id", t("Who"), combo([(None, "—")]), span=2)
        note = QPlainTextEdit()
        note.setTabChangesFocus(True)
        note.setFixedHeight(ctx.theme.px(110))
        self.form.add("summary", t("What was done"), note, span=2, required=True)
        meant = visits.meant(card.visits, clock.today())  # one months ahead is not used up by a visit of today
        self.form.set_values({"plan_id": visit or (meant.id if meant is not None else None), "on": clock.today()})
        self.survive(f"visit/{card.id}/{card.customer_id}")
        ctx.tasks.read(_staff, done=self._offer, owner=self, slot="staff")
        self.focus_on("summary")

    def _offer(self, names: list[tuple[uuid.UUID, str]]) -> None:
        box = self.form.rows["staff_id"].control
        assert isinstance(box, QComboBox)
        box.blockSignals(True)
        for key, name in names:
            box.addItem(name, key)
        box.blockSignals(False)

    def save(self) -> None:
        """Note the visit; the plan goes on."""
        from desktop_crm.services import inspections

        typed = self.form.values()
        self.ctx.tasks.write(
            inspections.visit_done,
            self._equipment,
            typed["summary"],
            plan_id=typed["plan_id"],
            on=_day(typed["on"], "on"),
            minutes=_minutes(typed["minutes"]),
            staff_id=typed["staff_id"],
            done=lambda outcome: self.saved(self.ctx.t("The visit is noted."), outcome),
            failed=self.refused,
            owner=self,
        )


class MoveDialog(FormDialog):
    """Another day for one visit."""

    def __init__(self, ctx: Context, plan: uuid.UUID, about: str, on: dt.date, parent: QWidget) -> None:
        super().__init__(ctx, ctx.t("Move to another day"), about, parent)
        self._plan = plan
        self.form.add("due_on", ctx.t("On"), DateEdit(ctx.t, "due_on"), required=True)
        self.form.set_values({"due_on": max(on, clock.today())})
        self.focus_on("due_on")

    def save(self) -> None:
        """Move it."""
        from desktop_crm.services import inspections

        day = _day(self.form.values()["due_on"], "due_on")
        said = self.ctx.t("Moved to %(day)s.", day=self.ctx.t.date(day))
        self.ctx.tasks.write(
            inspections.move_visits,
            [self._plan],
            day,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


def _months(visit: VisitRow | None) -> int | None:
    """What the box of repeats says for a plan: months, 0 for once, None for an own rule."""
    from desktop_crm.services import inspection_rules

    if visit is None or not visit.rrule:
        return 0 if visit else 3
    months = inspection_rules.months_of(visit.rrule)
    return months if months in dict(REPEATS) else None


def _minutes(typed: Any) -> int:
    if typed is not None and typed != int(typed):
        raise UserError(N_("Type whole minutes."), field="minutes")
    return int(typed or 0)


def _day(typed: dt.date | None, field: str) -> dt.date:
    if typed is None:
        raise UserError(N_("The day is missing."), N_("Type it like 2026-11-21 or 11/21."), field=field)
    return typed


def _staff(session: Session) -> list[tuple[uuid.UUID, str]]:
    from desktop_crm.services import staff

    return staff.names(session)
