"""The today tab of mock-up 4: who to visit and to call, who owes, who is late, what lapses, how the year goes."""

from __future__ import annotations

import datetime as dt
import uuid
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QRect, Qt, QTimer
from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QMenu, QScrollArea, QStackedWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page
from desktop_crm.ui.today import rows
from desktop_crm.ui.today.board import Board
from desktop_crm.ui.today.cards import ListCard
from desktop_crm.ui.today.lines import Line
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.empty_state import EmptyState
from desktop_crm.ui.widgets.followup_dialog import FinishDialog, FollowUpDialog, PostponeDialog
from desktop_crm.ui.widgets.payment_dialog import PaymentDialog
from desktop_crm.ui.widgets.visit_dialogs import DoneDialog, MoveDialog

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.equipment_card import EquipmentCard
    from desktop_crm.services.order_view import OrderView
    from desktop_crm.services.revenue_months import MonthRevenue
    from desktop_crm.services.today import Today

QUICK = ("new_customer", "new_followup", "new_quotation", "new_order")
MINUTE = 60_000
MONEY = {"customer_order", "customer"}  # whose change moves the chart


class TodayPage(Page):
    """Cards in two columns, in one where there is no room."""

    entities = (
        "follow_up",
        "customer",
        "customer_order",
        "payment",
        "quotation",
        "quotation_revision",
        "grading_run",
        "inspection_plan",
        "equipment",
    )

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        self.day = clock.today()
        super().__init__(ctx, t.date(self.day, "long"))
        self.shown: Today | None = None
        self._stale: set[str] = set()  # what changed while another tab was shown
        self.add = button(t("Quick add"), primary=True, theme=theme, picture="plus")
        self.quick = QMenu(self.add)
        self.quick.aboutToShow.connect(self._fill_quick)
        self.add.setMenu(self.quick)
        self.home.tool.add(self.add)
        self.stack = QStackedWidget(self.home)
        self.area = QScrollArea(self.stack)
        self.board = Board(ctx, self.area.viewport())
        self.area.setWidgetResizable(True)
        self.area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.area.setWidget(self.board)
        self.start = self._start_card()
        self.stack.addWidget(self.area)
        self.stack.addWidget(self.start)
        self.home.body.addWidget(self.stack)
        self._connect()

    def _start_card(self) -> EmptyState:
        t = self.ctx.t
        return EmptyState(
            self.ctx.theme,
            "sun",
            t("A new shop. Good luck!"),
            t(
                "Begin with a customer you talk to today. From then on this page says every morning "
                "whom to call, who owes money and which offers lapse. The sample shop shows how that looks."
            ),
            [
                (t("New customer"), partial(self._act, "new_customer")),
                (t("Import ..."), self.import_file),
                (t("Open the sample shop"), partial(self._act, "open_sample")),
            ],
        )

    def _connect(self) -> None:
        board = self.board
        lists = [card.list for card in board.cards]
        for place, one in enumerate(lists):
            one.opened.connect(lambda line: self.ctx.open_record(*line.record))
            one.wanted.connect(self.do)
            one.moved_on.connect(partial(self._move_on, place))
            one.current_shown.connect(partial(self._scroll_to, one))
        for card in (board.visits, board.inspections, board.calls, board.lapsing):
            card.more.connect(partial(self._open_last, card))
        board.owing.more.connect(lambda: self._open_customers("overdue"))
        board.late.more.connect(lambda: self._open_customers("late"))
        board.revenue.chart.chosen.connect(self._open_month)
        self._minute = QTimer(self, interval=MINUTE)
        self._minute.timeout.connect(self._look_at_clock)

    # -- what the window asks --------------------------------------------------------------------

    def first_shown(self) -> None:
        self._minute.start()
        self.reload()

    def reload(self) -> None:
        self._read_lists()
        self._read_months()

    def status_text(self) -> str:
        if self.shown is None or self.shown.is_new:
            return ""
        agenda = self.shown.agenda
        count = agenda.visits_count + agenda.waiting
        return self.ctx.t.plural("%(count)s follow-up within a week", "%(count)s follow-ups within a week", count)

    def new_record(self) -> None:
        """Plan something for a customer chosen by typing."""
        FollowUpDialog(self.ctx, None, parent=self).open()

    def _data_changed(self, changed: object) -> None:
        """Read again what moved; while another tab is shown, later."""
        self._stale |= set(getattr(changed, "entities", {})) & set(self.entities)
        if self.isVisible():
            self._freshen()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        self._look_at_clock()
        self._freshen()

    def _freshen(self) -> None:
        if self._stale:
            self._read_lists()
        if self._stale & MONEY:
            self._read_months()
        self._stale = set()

    # -- reading ---------------------------------------------------------------------------------

    def _read_lists(self) -> None:
        self.day = clock.today()
        self.home.tool.set_title(self.ctx.t.date(self.day, "long"))
        self.ctx.tasks.read(_read, self.day, done=self._show, owner=self, slot="today")

    def _read_months(self) -> None:
        self.ctx.tasks.read(_read_months, self.day, done=self.board.revenue.show_months, owner=self, slot="months")

    def _show(self, data: Today) -> None:
        self.shown = data
        self.stack.setCurrentWidget(self.start if data.is_new else self.area)
        t, board = self.ctx.t, self.board
        agenda = data.agenda
        board.visits.show_lines([rows.visit(t, row) for row in agenda.visits], agenda.visits_count)
        board.inspections.show_lines([rows.inspection(t, row) for row in data.inspections], data.inspections_count)
        board.inspections.setVisible(bool(data.inspections))
        board.calls.show_lines([rows.call(t, row) for row in agenda.calls], agenda.waiting)
        owed = t.plural(
            "Overdue: %(count)s customer · %(amount)s",
            "Overdue: %(count)s customers · %(amount)s",
            data.overdue_count,
            amount=t.amount(data.overdue_sum),
        )
        heading = owed if data.overdue_count else ""
        board.owing.show_lines([rows.owing(t, row) for row in data.overdue], data.overdue_count, heading)
        board.late.show_lines([rows.late(t, row) for row in data.late], data.late_count)
        board.lapsing.show_lines([rows.lapsing(t, row) for row in data.lapsing], data.lapsing_count)
        self.ctx.status_changed.emit()

    def _look_at_clock(self) -> None:
        if self.shown is not None and clock.today() != self.day:
            self.reload()

    # -- doing -----------------------------------------------------------------------------------

    def do(self, command: str, line: Line) -> None:
        """Carry out one of the commands of a line."""
        key = line.record[1]
        if command == "done":
            self._finish(line)
        elif command == "next":
            FinishDialog(self.ctx, key, line.text, line.name, self).open()
        elif command == "move":
            PostponeDialog(self.ctx, key, line.text, line.name, self).open()
        elif command in ("visited", "move_visit"):
            read = partial(self._about_visit, command)
            self.ctx.tasks.read(_read_equipment, key, done=read, owner=self, slot="equipment")
        elif command == "plan":
            FollowUpDialog(self.ctx, line.customer, parent=self).open()
        elif command == "pay":
            self.ctx.tasks.read(_read_order, key, done=self._receive, owner=self, slot="order")
        elif command == "customer":
            self.ctx.open_record("customer", line.customer[0])

    def _finish(self, line: Line) -> None:
        from desktop_crm.services import followups

        said = self.ctx.t("Done: %(subject)s", subject=line.text)
        self.ctx.tasks.write(
            followups.finish,
            line.record[1],
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
        )

    def _about_visit(self, command: str, card: EquipmentCard) -> None:
        visit = card.visits[0] if card.visits else None
        if command == "visited":
            DoneDialog(self.ctx, card, None, self).open()
        elif visit is not None:
            MoveDialog(self.ctx, visit.id, f"{card.name} · {card.customer}", visit.on, self).open()

    def _receive(self, order: OrderView) -> None:
        PaymentDialog(self.ctx, order, self).open()

    def _fill_quick(self) -> None:
        self.quick.clear()
        for name in QUICK:
            if self.ctx.actions.has(name):
                self.quick.addAction(self.ctx.actions.get(name))

    def _act(self, name: str) -> None:
        if self.ctx.actions.has(name):
            self.ctx.actions.get(name).trigger()

    # -- going somewhere -------------------------------------------------------------------------

    def _open_last(self, card: ListCard) -> None:
        """Go to the tab that keeps them, at the last one shown here."""
        self.ctx.open_record(*card.list.lines()[-1].record)

    def _open_customers(self, which: str) -> None:
        self.ctx.tasks.read(_read_customers, which, self.day, done=self._open_all, owner=self, slot="open")

    def _open_month(self, month: dt.date) -> None:
        self.ctx.tasks.read(_read_buyers, month, done=self._open_all, owner=self, slot="open")

    def _open_all(self, ids: tuple[uuid.UUID, ...]) -> None:
        if ids:
            self.ctx.open_record("customers", ids)

    def _move_on(self, place: int, step: int) -> None:
        """From the first or last line to the neighbouring card that has lines."""
        cards = self.board.cards
        after = cards[place + 1 :] if step > 0 else cards[:place][::-1]
        found = next((card for card in after if card.list.lines()), None)
        if found is not None:
            found.list.enter(last=step < 0)

    def _scroll_to(self, shown: object, rect: QRect) -> None:
        one = next(card.list for card in self.board.cards if card.list is shown)
        spot = one.mapTo(self.board, rect.center())
        self.area.ensureVisible(spot.x(), spot.y(), 0, self.ctx.theme.px(48))


def _read(session: Session, day: dt.date) -> Today:
    from desktop_crm.services import today

    return today.load(session, day)


def _read_months(session: Session, day: dt.date) -> tuple[MonthRevenue, ...]:
    from desktop_crm.services import revenue_months

    return revenue_months.load(session, day)


def _read_equipment(session: Session, equipment: uuid.UUID) -> EquipmentCard:
    from desktop_crm.services import equipment_card

    return equipment_card.load(session, equipment)


def _read_order(session: Session, order: uuid.UUID) -> OrderView:
    from desktop_crm.services import order_view

    return order_view.load(session, order)


def _read_customers(session: Session, which: str, day: dt.date) -> tuple[uuid.UUID, ...]:
    from desktop_crm.services import late_customers, today

    return late_customers.ids(session, day) if which == "late" else today.overdue_customers(session)


def _read_buyers(session: Session, month: dt.date) -> tuple[uuid.UUID, ...]:
    from desktop_crm.services import revenue_months

    return revenue_months.customers(session, month)
