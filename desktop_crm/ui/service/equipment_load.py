"""The card under the table: the month with its visits, and those of the day chosen."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QMimeData, QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QBoxLayout,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QMenu,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.core.dates import add_months, clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.equipment_month import VISIT, MonthGrid
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button, icon_button
from desktop_crm.ui.widgets.labels import Card, ElidedLabel, Label, PillLabel
from desktop_crm.ui.widgets.visit_words import plan_text

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.visits import Month, VisitRow

KEY = Qt.ItemDataRole.UserRole
LINES = (1, 4)  # visits of a day shown without scrolling, where there is little room and where there is enough
MENU_MOST = 12  # visits of a day that a drag offers one by one


class VisitList(QListWidget):
    """The visits of a day: dragged to a day of the month, or moved by Alt with Left and Right, or M."""

    opened = Signal(object)  # VisitRow
    day_wanted = Signal()
    stepped = Signal(object, int)  # VisitRow, days

    def visit(self) -> VisitRow | None:
        """The current visit."""
        row = self.currentRow()
        found: VisitRow | None = self.item(row).data(KEY) if row >= 0 else None
        return found

    def mimeData(self, items: Sequence[QListWidgetItem]) -> QMimeData:
        data = QMimeData()
        if items:
            data.setData(VISIT, str(items[0].data(KEY).id).encode())
        return data

    def keyPressEvent(self, event: QKeyEvent) -> None:
        visit = self.visit()
        alt = bool(event.modifiers() & Qt.KeyboardModifier.AltModifier)
        if visit is not None and alt and event.key() in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            self.stepped.emit(visit, 1 if event.key() == Qt.Key.Key_Right else -1)
        elif visit is not None and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit(visit)
        elif visit is not None and event.key() == Qt.Key.Key_M:
            self.day_wanted.emit()
        else:
            super().keyPressEvent(event)


class MonthLoad(QWidget):
    """``opened(equipment)``: a visit was chosen; moving writes by itself."""

    opened = Signal(object)
    grown = Signal()  # taller or less tall than before

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setProperty("look", "page")
        self._ctx = ctx
        theme, t = ctx.theme, ctx.t
        self.month = clock.today().replace(day=1)
        self.visits = 0  # of the month shown
        self._lines = LINES[1]
        self._day: dt.date | None = None
        card = Card(theme)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(14))
        column.addWidget(card)
        self.heading = ElidedLabel("", "heading")
        self.late = PillLabel()
        title, turning = QHBoxLayout(), QHBoxLayout()
        title.addWidget(self.heading, 1)
        title.addWidget(self.late)
        turning.addWidget(icon_button(theme, "chevron-left", t("Month before"), lambda: self.turn(-1)))
        turning.addWidget(button(t("This month"), lambda: self.turn(0)))
        turning.addWidget(icon_button(theme, "chevron-right", t("Next month"), lambda: self.turn(1)))
        turning.addStretch()
        self._head = QHBoxLayout()
        for row in (title, turning, self._head):
            row.setSpacing(theme.px(6))
        self._head_rows = (title, turning)
        self._head.addLayout(title, 1)
        self._head.addLayout(turning)
        self.grid = MonthGrid(theme, t)
        self.list = VisitList()
        self.list.setProperty("look", "inset")
        self.list.setAccessibleName(t("Visits of the day"))
        self.list.setDragEnabled(True)
        self.list.setDragDropMode(QAbstractItemView.DragDropMode.DragOnly)
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.day_label = Label("", "small", wrap=True)
        card.body.addLayout(self._head)
        card.body.addWidget(self.grid)
        card.body.addWidget(self.day_label)
        card.body.addWidget(self.list)
        self.list.hide()
        self._connect()

    def _connect(self) -> None:
        self.grid.chosen.connect(self._choose)
        self.grid.turned.connect(self.turn)
        self.grid.dragged.connect(self._drag)
        self.grid.dropped.connect(lambda plan, day: self.move_visits([uuid.UUID(plan)], day))
        self.list.itemActivated.connect(lambda item: self.opened.emit(item.data(KEY).equipment_id))
        self.list.itemClicked.connect(lambda item: self.opened.emit(item.data(KEY).equipment_id))
        self.list.day_wanted.connect(self.ask_day)
        self.list.opened.connect(lambda visit: self.opened.emit(visit.equipment_id))
        self.list.stepped.connect(lambda visit, days: self.move_visits([visit.id], visit.on + dt.timedelta(days=days)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit_head()

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:  # a heading, a pill or a letter size changed
            self._fit_head()
        return super().event(event)

    def _fit_head(self) -> None:
        """The buttons stand under the heading where there is no room beside it."""
        parts = [row.sizeHint().width() for row in self._head_rows]
        edges = self._ctx.theme.px(2 * (14 + 16)) + self._head.spacing()  # of this widget and of its card
        narrow = sum(parts) + edges > self.width()
        self._head.setDirection(QBoxLayout.Direction.TopToBottom if narrow else QBoxLayout.Direction.LeftToRight)

    # -- showing ---------------------------------------------------------------------------------

    def turn(self, months: int) -> None:
        """Show another month; 0 is the present one."""
        self.month = add_months(self.month, months) if months else clock.today().replace(day=1)
        self._day = None
        self.reload()

    def reload(self) -> None:
        """Read the month again."""
        self._ctx.tasks.read(_read_month, self.month, clock.today(), done=self._show, owner=self, slot="month")

    def _show(self, month: Month) -> None:
        t = self._ctx.t
        if self._day is None or not month.first <= self._day <= month.last:
            self._day = _first_day(month)
        self.heading.setText(t("Visits in %(month)s, drag to move them", month=f"{month.first:%Y-%m}"))
        late = t.plural("%(count)s overdue", "%(count)s overdue", month.overdue) if month.overdue else ""
        self.late.show_pill(Pill(late, "bad") if late else None)
        self.grid.show_month(month.first, month.last, month.days, self._day)
        self.visits = sum(month.days.values())
        self._ctx.status_changed.emit()
        self._choose(self._day)

    def _choose(self, day: dt.date) -> None:
        self._day = day
        self.day_label.setText(self.grid.told(day))
        self._ctx.tasks.read(_read_days, day, day, done=self._fill, owner=self, slot="day")

    def _fill(self, visits: list[VisitRow]) -> None:
        row = self.list.currentRow()
        self.list.clear()
        for visit in visits:
            place = [visit.equipment, visit.customer, visit.place, plan_text(self._ctx.t, visit.plan, visit.rrule)]
            item = QListWidgetItem(" · ".join(part for part in place if part), self.list)
            item.setData(KEY, visit)
        self.list.setVisible(bool(visits))
        self._fit()
        if visits:
            self.list.setCurrentRow(max(0, min(row, len(visits) - 1)))

    def be_short(self, short: bool) -> None:
        """Take less height for the visits of the day."""
        self._lines = LINES[0] if short else LINES[1]
        self.grid.be_short(short)
        self._fit()

    def _fit(self) -> None:
        shown = min(self.list.count(), self._lines)
        tall = shown * self.list.sizeHintForRow(0) + 2 if shown else 0
        if tall != self.list.maximumHeight():
            self.list.setFixedHeight(tall)
            self.grown.emit()

    # -- moving ----------------------------------------------------------------------------------

    def _drag(self, day: dt.date, target: dt.date) -> None:
        """Ask which of the visits of ``day`` are meant when there are several."""

        def ask(visits: list[VisitRow]) -> None:
            if len(visits) == 1:
                self.move_visits([visits[0].id], target)
            elif visits:
                self.menu_for(visits, target).popup(self.grid.mapToGlobal(self._below(target)))

        self._ctx.tasks.read(_read_days, day, day, done=ask, owner=self, slot="drag")

    def _below(self, day: dt.date) -> QPoint:
        return self.grid.rect_of(day).bottomLeft()

    def menu_for(self, visits: list[VisitRow], target: dt.date) -> QMenu:
        """All visits, or one of them."""
        t = self._ctx.t
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        all_ids = [visit.id for visit in visits]
        everything = t("Move all %(count)s visits", count=t.number(len(visits)))
        menu.addAction(everything).triggered.connect(lambda _on=False: self.move_visits(all_ids, target))
        menu.addSeparator()
        for visit in visits[:MENU_MOST]:
            text = f"{visit.equipment} · {visit.customer}".replace("&", "&&")
            menu.addAction(text).triggered.connect(partial(self._move_one, visit.id, target))
        return menu

    def _move_one(self, plan: uuid.UUID, target: dt.date, _checked: bool = False) -> None:
        self.move_visits([plan], target)

    def move_visits(self, plans: list[uuid.UUID], day: dt.date) -> None:
        """Write that visits take place on another day."""
        from desktop_crm.services import inspections

        t = self._ctx.t
        said = t.plural("%(count)s visit moved to %(day)s.", "%(count)s visits moved to %(day)s.", len(plans),
                        day=t.date(day))  # fmt: skip
        self._ctx.tasks.write(
            inspections.move_visits,
            plans,
            day,
            done=lambda outcome: self._ctx.toast(said, outcome.changed.batch_id),
            owner=self,
        )

    def ask_day(self) -> None:
        """Another day for the current visit of the list."""
        from desktop_crm.ui.widgets.visit_dialogs import MoveDialog

        if (visit := self.list.visit()) is not None:
            MoveDialog(self._ctx, visit.id, f"{visit.equipment} · {visit.customer}", visit.on, self).open()


def _first_day(month: Month) -> dt.date:
    """Today, or else the first day with a visit."""
    today = clock.today()
    if month.first <= today <= month.last:
        return today
    return min(month.days, default=month.first)


def _read_month(session: Session, day: dt.date, today: dt.date) -> Month:
    from desktop_crm.services import visits

    return visits.month(session, day, today)


def _read_days(session: Session, first: dt.date, last: dt.date) -> list[VisitRow]:
    from desktop_crm.services import visits

    return visits.between(session, first, last)
