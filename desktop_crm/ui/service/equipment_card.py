"""The card of one piece of equipment: what it is, its warranty and visits, what can be done, what happened."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import EQUIPMENT_STATES
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.equipment_words import events_of, warranty_pill
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, button, more_button
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, PillLabel, line
from desktop_crm.ui.widgets.timeline import Timeline
from desktop_crm.ui.widgets.visit_words import plan_text, rule_text, visit_pill
from desktop_crm.ui.widgets.yielding import Yielding, give_way

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment_card import EquipmentCard as Data

IN_USE, RETIRED = "in_use", "retired"
MORE = (
    ("edit", N_("Edit")),
    ("user", N_("Open customer")),
    ("order", N_("Open order")),
    None,
    ("move", N_("Move the next visit ...")),
    ("skip", N_("Skip the next visit")),
    ("change", N_("Change the plan ...")),
    ("end", N_("End the plan")),
    None,
    ("use", N_("Put in use")),
    ("retire", N_("Retire")),
)
NEEDS_VISIT = ("move", "skip", "change", "end")


def read(session: Session, equipment: uuid.UUID) -> Data:
    """For the read lane."""
    from desktop_crm.services import equipment_card

    return equipment_card.load(session, equipment)


class EquipmentCard(QFrame):
    """The right pane; ``wanted(verb)`` for its buttons: plan, done, quote and those of MORE."""

    wanted = Signal(str)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "detail")
        self._ctx = ctx
        self.shown: Data | None = None
        theme, t = ctx.theme, ctx.t
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        self._inner = QWidget()  # hidden without a piece; the pane keeps its width
        self._inner.setProperty("look", "clear")
        outer.addWidget(self._inner)
        column = QVBoxLayout(self._inner)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        pad = QVBoxLayout()
        pad.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(12))
        pad.setSpacing(theme.px(8))
        column.addWidget(Yielding(theme, pad))
        self.name = Label("", "name", wrap=True)
        self.state = PillLabel()
        head = QHBoxLayout()
        head.addWidget(self.name, 1)
        head.addWidget(self.state, 0, Qt.AlignmentFlag.AlignTop)
        pad.addLayout(head)
        self.about = ElidedLabel("", "muted")
        pad.addWidget(self.about)
        pad.addWidget(self._buttons())
        self._facts = QVBoxLayout()
        pad.addLayout(self._facts)
        column.addWidget(line())
        history = Label(t("History"), "heading")
        history.setContentsMargins(theme.px(18), theme.px(10), theme.px(18), theme.px(4))
        column.addWidget(history)
        self.timeline = Timeline(theme, t("Nothing has happened yet."))
        self.timeline.opened.connect(ctx.open_record)
        give_way(theme, self.timeline)
        column.addWidget(self.timeline, 1)
        self._inner.hide()

    def _buttons(self) -> ButtonRow:
        theme, t = self._ctx.theme, self._ctx.t
        self.actions_more: dict[str, QAction] = {}
        entries: list[QAction | None] = []
        for entry in MORE:
            if entry is None:
                entries.append(None)
                continue
            verb, text = entry
            action = QAction(t(text), self)
            action.triggered.connect(lambda _checked=False, verb=verb: self.wanted.emit(verb))
            self.actions_more[verb] = action
            entries.append(action)
        done = button(t("Visit done"), lambda: self.wanted.emit("done"), primary=True)
        self.plan = button(t("Plan visit"), lambda: self.wanted.emit("plan"))
        self.quote = button(t("Quote consumables"), lambda: self.wanted.emit("quote"))
        return ButtonRow(theme, [done, self.plan, self.quote, more_button(theme, t("More"), entries)])

    def show_data(self, data: Data | None) -> None:
        """Show another piece, or none."""
        self.shown = data
        self._inner.setVisible(data is not None)
        if data is None:
            return
        t = self._ctx.t
        self.name.setText(data.name)
        state = Pill(t(EQUIPMENT_STATES[data.state]), "neutral" if data.state == RETIRED else "blue")
        self.state.show_pill(state if data.state != IN_USE else None)
        order = t("Order %(number)s", number=data.order) if data.order else ""
        self.about.setText(" · ".join(part for part in (data.serial, data.model, order) if part))
        self._enable(data)
        self._show_facts(data)
        self.timeline.show_events(events_of(t, data.events))

    def _enable(self, data: Data) -> None:
        for verb in NEEDS_VISIT:
            self.actions_more[verb].setEnabled(bool(data.visits))
        self.actions_more["order"].setEnabled(data.order_id is not None)
        self.actions_more["use"].setEnabled(data.state != IN_USE)
        self.actions_more["retire"].setEnabled(data.state != RETIRED)
        self.plan.setEnabled(data.state != RETIRED)
        self.quote.setEnabled(bool(data.consumables))

    def _show_facts(self, data: Data) -> None:
        theme = self._ctx.theme
        while self._facts.count():
            old = self._facts.takeAt(0)
            if old is not None and (widget := old.widget()) is not None:
                widget.deleteLater()
        inner = QWidget()
        inner.setProperty("look", "clear")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, theme.px(4), 0, 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(6))
        grid.setColumnStretch(1, 1)
        for place, (name, value) in enumerate(self._values(data)):
            what = Label(name, "muted", wrap=True)
            what.setFixedWidth(theme.px(100))
            grid.addWidget(what, place, 0, Qt.AlignmentFlag.AlignTop)
            if isinstance(value, Pill):
                side = Qt.AlignmentFlag.AlignLeft  # or the pill would hold the whole column to its width
                grid.addWidget(PillLabel(value), place, 1, side)
            else:
                label = Label(value, wrap=True)
                label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
                grid.addWidget(label, place, 1)
        self._facts.addWidget(inner)

    def _values(self, data: Data) -> list[tuple[str, str | Pill]]:
        """What is known, by name."""
        t = self._ctx.t
        found: list[tuple[str, str | Pill]] = [(t("Buyer"), data.customer)]
        if data.user:
            found.append((t("User"), data.user))
        place = " ".join(part for part in (data.site, data.location) if part)
        found += [(t("Place"), place)] if place else []
        if data.accepted_on:
            found.append((t("Accepted on"), t.date(data.accepted_on)))
        elif data.delivered_on:
            found.append((t("Delivered on"), t.date(data.delivered_on)))
        if data.warranty_until:
            found.append((t("Warranty"), warranty_pill(t, data.warranty_until)))
        for visit in data.visits:
            found.append((t("Visits"), self._visit(visit.plan, visit.rrule)))
            found.append((t("Next visit"), visit_pill(t, visit.on)))
        for name, text in ((t("Consumables"), data.consumables), (t("Note"), data.note)):
            found += [(name, text)] if text else []
        return found

    def _visit(self, name: str, rule: str) -> str:
        t = self._ctx.t
        return f"{name} · {rule_text(t, rule)}" if name and rule else plan_text(t, name, rule)
