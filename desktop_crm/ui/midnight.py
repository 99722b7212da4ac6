"""A new day while the window is open: offers lapse, windows of figures move, and every tab reads again."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable

from PySide6.QtCore import QObject, QTimer

from desktop_crm.core.dates import clock
from desktop_crm.ui.context import Context
from desktop_crm.ui.page import Page

MINUTE = 60_000


class Midnight(QObject):
    """Looks at the clock every minute; ``pages`` gives the tabs that were shown so far."""

    def __init__(self, ctx: Context, pages: Callable[[], Iterable[Page]], parent: QObject) -> None:
        super().__init__(parent)
        self._ctx = ctx
        self._pages = pages
        self._day: dt.date | None = None
        self._timer = QTimer(self, interval=MINUTE)
        self._timer.timeout.connect(self.look)

    def begin(self) -> None:
        """Note the day on which the shop was opened; from now on it may become another one."""
        self._day = clock.today()
        self._timer.start()

    def look(self) -> None:
        """Catch up when the day is another one than at the last look."""
        from desktop_crm.services import shops

        if clock.today() != self._day:
            self._day = clock.today()
            self._ctx.tasks.write(shops.catch_up, done=self._caught_up, owner=self)

    def _caught_up(self, _outcome: object) -> None:
        for page in self._pages():
            page.reload()
