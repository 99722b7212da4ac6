"""The calendar: a month or a week of days, and the cards of the day chosen beside it."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.card_list import CardList
from desktop_crm.ui.service.month_grid import MonthGrid
from desktop_crm.ui.service.month_model import heading
from desktop_crm.ui.widgets.buttons import Choice, button, icon_button
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.followup_board import BoardCard, Pile, Scope

PER_DAY = {True: 10, False: 40}  # as many as a day of the month, of the week shows on a high screen


def read_span(session: Session, scope: Scope, first: dt.date, last: dt.date, limit: int) -> dict[dt.date, Pile]:
    """For the read lane."""
    from desktop_crm.services import followup_board

    return followup_board.month(session, scope, first, last, limit)


def read_day(session: Session, scope: Scope, day: dt.date) -> Pile:
    """For the read lane."""
    from desktop_crm.services import followup_board

    return followup_board.day(session, scope, day)


class Calendar(QWidget):
    """``wanted(verb, card)``; ``moved(card, day)`` for one let go on a day; ``new_wanted(day)``."""

    wanted = Signal(str, object)
    moved = Signal(object, object)
    new_wanted = Signal(object)
    shown = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._scope: Scope | None = None
        self._piles: Mapping[dt.date, Pile] = {}
        self.day = clock.today()
        theme, t = ctx.theme, ctx.t
        self.grid = MonthGrid(ctx)
        self.grid.by_month = ctx.state.text("service/span", "month") != "week"
        self.title = Label("", "heading")
        self.list = CardList(ctx, t("Day"))
        self.day_title = Label("", "heading", wrap=True)
        self.nothing = Label(t("Nothing to do on this day. N plans something."), "muted", wrap=True)
        across = QHBoxLayout(self)
        across.setContentsMargins(theme.px(18), theme.px(2), theme.px(18), theme.px(12))
        across.setSpacing(theme.px(16))
        across.addLayout(self._month_side(), 3)
        across.addWidget(self._day_side(), 1)
        self.setFocusProxy(self.grid)
        self._connect()

    def _month_side(self) -> QVBoxLayout:
        theme, t = self._ctx.theme, self._ctx.t
        row = QHBoxLayout()
        row.setSpacing(theme.px(6))
        row.addWidget(icon_button(theme, "chevron-left", t("Before"), lambda: self.choose(self.grid.further(-1))))
        row.addWidget(button(t("Today"), lambda: self.choose(clock.today())))
        row.addWidget(icon_button(theme, "chevron-right", t("After"), lambda: self.choose(self.grid.further(1))))
        row.addSpacing(theme.px(6))
        row.addWidget(self.title, 1)
        group = QButtonGroup(self)
        self.spans: dict[str, Choice] = {}
        for name, text in (("month", t("Month")), ("week", t("Week"))):
            one = Choice(text, "chip")
            one.setChecked((name == "month") == self.grid.by_month)
            one.clicked.connect(lambda _on=False, name=name: self.show_span(name))
            group.addButton(one)
            self.spans[name] = one
            row.addWidget(one)
        column = QVBoxLayout()
        column.setSpacing(theme.px(8))
        column.addLayout(row)
        column.addWidget(self.grid, 1)
        return column

    def _day_side(self) -> QWidget:
        side = QWidget()
        side.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        column = QVBoxLayout(side)
        column.setContentsMargins(0, self._ctx.theme.px(6), 0, 0)
        column.setSpacing(self._ctx.theme.px(8))
        column.addWidget(self.day_title)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        column.addStretch()  # holds title and sentence at the top on a day without cards
        return side

    def _connect(self) -> None:
        self.grid.day_chosen.connect(self.choose)
        self.grid.picked.connect(self.pick)
        self.grid.opened.connect(self._enter)
        self.grid.new_wanted.connect(lambda: self.new_wanted.emit(self.day))
        self.grid.dropped.connect(self._drop)
        self.list.dropped.connect(lambda record: self._drop(record, self.day))
        self.list.wanted.connect(self.wanted)
        self.list.left_by_escape.connect(self.grid.setFocus)

    def show_scope(self, scope: Scope) -> None:
        """Read and show what is in a scope."""
        self._scope = scope
        self.choose(self.day, anew=True)

    def choose(self, day: dt.date, *, anew: bool = False) -> None:
        """Go to a day, of another month if need be; ``anew`` reads the days again that are shown."""
        self.day = day
        if self.grid.show_day(day) or anew:
            self.title.setText(heading(self._ctx.t, day, month=self.grid.by_month))
            model, limit = self.grid.model_, PER_DAY[self.grid.by_month]
            self._read(read_span, model.first, model.last(), limit, done=self._show)
        self._read(read_day, day, done=self._show_day)

    def pick(self, day: dt.date) -> None:
        """Choose a day that is shown, with the mouse: the month stays."""
        self.day = day
        self._read(read_day, day, done=self._show_day)

    def show_span(self, name: str) -> None:
        """Show a "month" or a "week"."""
        self._ctx.state.put("service/span", name)
        self.spans[name].setChecked(True)
        self.grid.by_month = name == "month"
        self.choose(self.day)

    def count(self) -> int:
        """How many things there are to do in all the days shown."""
        return sum(pile.count for pile in self._piles.values())

    def current(self) -> BoardCard | None:
        """The card with the keyboard."""
        return self.list.current() if self.list.hasFocus() else None

    def _read(self, function: Callable[..., Any], *args: object, done: Callable[[Any], None]) -> None:
        if self._scope is not None:
            self._ctx.tasks.read(function, self._scope, *args, done=done, owner=self, slot=function.__name__)

    def _show(self, piles: dict[dt.date, Pile]) -> None:
        self._piles = piles
        self.grid.model_.show_days(piles)
        self.shown.emit()

    def _show_day(self, pile: Pile) -> None:
        t = self._ctx.t
        said = t.date(self.day, "long")
        self.day_title.setText(
            f"{said}\N{NO-BREAK SPACE}·\N{NO-BREAK SPACE}{t.number(pile.count)}" if pile.count else said
        )
        self.list.setAccessibleName(self.day_title.text())
        self.list.show_cards(pile.cards)
        if not pile.cards and self.window().focusWidget() is self.list:
            self.grid.setFocus()  # the last card of the day is gone: the keys go back to the days
        self.list.setVisible(bool(pile.cards))
        self.nothing.setVisible(not pile.cards)

    def _enter(self) -> None:
        """Enter on a day: to its cards."""
        if self.list.model_.cards:
            self.list.setFocus()

    def _drop(self, record: uuid.UUID, day: dt.date) -> None:
        cards = [card for pile in self._piles.values() for card in pile.cards] + list(self.list.model_.cards)
        card = next((card for card in cards if card.id == record), None)
        if card is not None and card.due_on != day:
            self.moved.emit(card, day)
