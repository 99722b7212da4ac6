"""What is to be done, for whom, and what happened there lately."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtCore import Signal
from PySide6.QtGui import QAction
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout

from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, button, more_button
from desktop_crm.ui.widgets.due import due_pill
from desktop_crm.ui.widgets.labels import ElidedLabel, GradeBadge, Label, Note, PillLabel, line
from desktop_crm.ui.widgets.repeat_words import repeat_words
from desktop_crm.ui.widgets.timeline import Timeline
from desktop_crm.ui.widgets.timeline_events import events_of
from desktop_crm.ui.widgets.yielding import Yielding, give_way

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.customer_card import Card, TimelineItem
    from desktop_crm.services.followups import FollowUpRow

OPEN = "open"
LATELY = 30


class CardData(NamedTuple):
    """Everything the card shows, read at once."""

    row: FollowUpRow
    customer: Card
    timeline: list[TimelineItem]


def read(session: Session, follow_up: uuid.UUID) -> CardData | None:
    """For the read lane; None when it is gone."""
    from desktop_crm.services import customer_card, followups

    row = followups.row(session, follow_up)
    if row is None:
        return None
    return CardData(
        row,
        customer_card.load(session, row.customer_id),
        customer_card.timeline(session, row.customer_id, LATELY),
    )


class FollowUpCard(QFrame):
    """The right side of the tab."""

    done_wanted = Signal()
    next_wanted = Signal()
    move_wanted = Signal()
    drop_wanted = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.shown: CardData | None = None
        theme, t = ctx.theme, ctx.t
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        pad = QVBoxLayout()
        pad.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(12))
        pad.setSpacing(theme.px(10))
        column.addWidget(Yielding(theme, pad))
        self.due = PillLabel()
        pad.addWidget(self.due)
        self.subject = Label("", "name", wrap=True)
        pad.addWidget(self.subject)
        self.note = Label("", "soft", wrap=True)
        pad.addWidget(self.note)
        pad.addWidget(self._buttons())
        pad.addWidget(line())
        pad.addLayout(self._customer())
        self.money = Note(theme, "warning")
        pad.addWidget(self.money)
        column.addWidget(line())
        self.timeline = Timeline(theme, t("Nothing has happened yet. Note a call or make a quotation."))
        self.timeline.opened.connect(ctx.open_record)
        give_way(theme, self.timeline)
        column.addWidget(self.timeline, 1)
        ctx.customer_view.changed.connect(lambda _on: self._fill())
        self.setVisible(False)

    def _buttons(self) -> ButtonRow:
        theme, t = self._ctx.theme, self._ctx.t
        self._done = button(t("Done"), self.done_wanted.emit, primary=True, theme=theme, picture="check")
        self._next = button(t("Done, and next"), self.next_wanted.emit)
        self._move = button(t("Another day"), self.move_wanted.emit)
        drop = QAction(t("Drop it"), self)
        drop.triggered.connect(lambda _checked=False: self.drop_wanted.emit())
        self._more = more_button(theme, t("More"), [drop])
        return ButtonRow(theme, [self._done, self._next, self._move, self._more])

    def _customer(self) -> QHBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        self.badge = GradeBadge(theme)
        self.name = ElidedLabel("", "bold")
        self.phone = ElidedLabel("", "muted")
        names = QVBoxLayout()
        names.setSpacing(theme.px(2))
        names.addWidget(self.name)
        names.addWidget(self.phone)
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        row.addWidget(self.badge)
        row.addLayout(names, 1)
        row.addWidget(button(t("Open customer"), self._open_customer))
        return row

    def show_data(self, data: CardData | None) -> None:
        """Show another follow-up, or none."""
        self.shown = data
        self.setVisible(data is not None)
        self._fill()

    def _fill(self) -> None:
        if self.shown is None:
            return
        t = self._ctx.t
        row, customer, items = self.shown
        pill = due_pill(t, row.due_on, row.due_time) if row.state == OPEN else Pill(t("Done"), "ok")
        self.due.show_pill(pill if isinstance(pill, Pill) else None)
        self.subject.setText(row.subject)
        note = "\n".join(part for part in (row.note, repeat_words(t, row.rrule), row.staff) if part)
        self.note.setText(note)
        self.note.setVisible(bool(note))
        for made in (self._done, self._next, self._move, self._more):
            made.setEnabled(row.state == OPEN)
        self.badge.set_grade("" if self._ctx.customer_view.on else customer.grade)
        self.name.setText(customer.name)
        self.phone.setText(customer.phone)
        self.phone.setVisible(bool(customer.phone))
        owed = t("%(amount)s is overdue.", amount=t.price(customer.overdue)) if customer.overdue else ""
        self.money.say("", owed)
        self.timeline.show_events(events_of(t, items))

    def _open_customer(self) -> None:
        if self.shown is not None:
            self._ctx.open_record("customer", self.shown.customer.id)
