"""The board of mock-up 5: overdue, today, this week, later and done; a card let go in a column gets its day."""

from __future__ import annotations

import datetime as dt
import uuid
from typing import TYPE_CHECKING

from PySide6.QtCore import QSize, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QGridLayout, QSizePolicy, QVBoxLayout, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.service.card_list import CardList
from desktop_crm.ui.service.weeks import next_week, week_end
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.followup_board import BoardCard, Pile, Scope

COLUMNS = {
    "overdue": N_("Late"),
    "today": N_("Today"),
    "week": N_("This week"),
    "later": N_("Later"),
    "lately": N_("Done"),
}
DONE = "lately"
CHIPS = {"lately": "done"}  # where the quick filter of the list has another name
NARROWEST = 196  # columns that would be narrower stand over each other
LEAST_PLACES = 3


def read(session: Session, scope: Scope) -> dict[str, Pile]:
    """For the read lane."""
    from desktop_crm.services import followup_board

    return followup_board.board(session, scope)


def day_of(column: str, lang: str) -> dt.date | None:
    """The day a card gets in a column: today, tomorrow, Monday of next week; None where it gets none."""
    today = clock.today()
    if column == "today":
        return today
    if column == "week" and today < week_end(today, lang):
        return today + dt.timedelta(days=1)
    return next_week(today, lang) if column == "later" else None


class BoardColumn(QWidget):
    """A heading with the count, cards, and a way to those there is no room for."""

    more = Signal()

    def __init__(self, ctx: Context, key: str) -> None:
        super().__init__()
        self.key = key
        self._ctx = ctx
        self._title = ctx.t(COLUMNS[key])
        theme = ctx.theme
        self.heading = Label(self._title, "heading")
        self.list = CardList(ctx, self._title, lambda: key == DONE or day_of(key, ctx.t.lang) is not None)
        self.rest = button("", self.more.emit)
        self.rest.setProperty("look", "link")
        self.rest.hide()
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(theme.px(8))
        box.addWidget(self.heading)
        box.addWidget(self.list, 1)
        box.addWidget(self.rest)
        self.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Expanding)
        if key == DONE:
            self.heading.setToolTip(ctx.t("What was done in the last 7 days"))

    def show_pile(self, pile: Pile) -> None:
        """Show other cards."""
        t = self._ctx.t
        said = f"{self._title} {t.number(pile.count)}"
        self.heading.setText(said)
        self.list.setAccessibleName(said)
        self.list.show_cards(pile.cards)
        rest = pile.count - len(pile.cards)
        text = t("%(count)s more", count=t.number(rest))
        self.rest.setText(text)
        self.rest.setAccessibleName(f"{self._title}: {text}")
        self.rest.setVisible(rest > 0)

    def minimumSizeHint(self) -> QSize:
        return QSize(0, super().minimumSizeHint().height())


class Board(QWidget):
    """``wanted(verb, card)``; ``moved(card, day)`` and ``done(card)`` for cards let go; ``more(quick filter)``."""

    wanted = Signal(str, object)
    moved = Signal(object, object)
    done = Signal(object)
    more = Signal(str)
    shown = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self.columns = {key: BoardColumn(ctx, key) for key in COLUMNS}
        self._grid = QGridLayout(self)
        edge = ctx.theme.px(18)
        self._grid.setContentsMargins(edge, ctx.theme.px(4), edge, ctx.theme.px(12))
        self._grid.setHorizontalSpacing(ctx.theme.px(14))
        self._grid.setVerticalSpacing(ctx.theme.px(10))
        self._places = 0
        self._followed: uuid.UUID | None = None  # the card a key moved: the keyboard goes with it
        self._arrange()
        for column in self.columns.values():
            self._connect(column)
        self.setFocusProxy(self.columns["today"].list)

    def _connect(self, column: BoardColumn) -> None:
        key = column.key
        column.more.connect(lambda: self.more.emit(CHIPS.get(key, key)))
        column.list.wanted.connect(self.wanted)
        column.list.dropped.connect(lambda record: self._drop(record, key))
        column.list.sideways.connect(lambda step: self._go(key, step))
        column.list.pushed.connect(lambda step: self._push(key, step))

    def show_scope(self, scope: Scope) -> None:
        """Read and show what is in a scope."""
        self._ctx.tasks.read(read, scope, done=self._show, owner=self, slot="board")

    def count(self) -> int:
        """How many cards there are in all."""
        return sum(len(column.list.model_.cards) for column in self.columns.values())

    def current(self) -> BoardCard | None:
        """The card with the keyboard."""
        return next((one.list.current() for one in self.columns.values() if one.list.hasFocus()), None)

    def _show(self, piles: dict[str, Pile]) -> None:
        for key, pile in piles.items():
            self.columns[key].show_pile(pile)
        first = next((key for key in COLUMNS if piles[key].cards), "today")
        self.setFocusProxy(self.columns[first].list)
        self._follow()
        self.shown.emit()

    def _follow(self) -> None:
        """Put the keyboard on the card that Ctrl+Left or Ctrl+Right moved, where it stands now."""
        for column in self.columns.values():
            row = next((n for n, card in enumerate(column.list.model_.cards) if card.id == self._followed), -1)
            if row >= 0:
                column.list.set_row(row)
                column.list.setFocus()
        self._followed = None

    # -- moving ----------------------------------------------------------------------------------

    def _drop(self, record: uuid.UUID, key: str) -> None:
        card = self._card(record)
        if card is not None:
            self._put(card, key)

    def _put(self, card: BoardCard, key: str) -> None:
        day = day_of(key, self._ctx.t.lang)
        if key == DONE:
            self.done.emit(card)
        elif day is not None:
            self.moved.emit(card, day)

    def _push(self, key: str, step: int) -> None:
        """Ctrl+Left and Ctrl+Right: to the next column that takes cards."""
        card = self.columns[key].list.current()
        keys = list(COLUMNS)
        after = keys[keys.index(key) + 1 :] if step > 0 else keys[: keys.index(key)][::-1]
        target = next((one for one in after if one == DONE or day_of(one, self._ctx.t.lang) is not None), "")
        if card is not None and target:
            self._followed = None if target == DONE else card.id
            self._put(card, target)

    def _go(self, key: str, step: int) -> None:
        """Left and Right: to the next column that has cards."""
        keys = list(COLUMNS)
        after = keys[keys.index(key) + 1 :] if step > 0 else keys[: keys.index(key)][::-1]
        found = next((one for one in after if self.columns[one].list.model_.cards), "")
        if found:
            self.columns[found].list.setFocus()

    def _card(self, record: uuid.UUID) -> BoardCard | None:
        cards = (card for column in self.columns.values() for card in column.list.model_.cards)
        return next((card for card in cards if card.id == record), None)

    # -- room ------------------------------------------------------------------------------------

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _arrange(self) -> None:
        """Five columns side by side; where there is no room the last ones stand over each other."""
        places = max(LEAST_PLACES, min(len(COLUMNS), self.width() // self._ctx.theme.px(NARROWEST)))
        if places == self._places:
            return
        self._places = places
        stacked = len(COLUMNS) - places + 1
        for place, column in enumerate(self.columns.values()):
            self._grid.removeWidget(column)
            if place < places - 1:
                self._grid.addWidget(column, 0, place, stacked, 1)
            else:
                self._grid.addWidget(column, place - places + 1, places - 1)
        for place in range(len(COLUMNS)):
            self._grid.setColumnStretch(place, 1 if place < places else 0)
            self._grid.setRowStretch(place, 1 if place < stacked else 0)
