"""Asks for a second place for the backups, once per shop, as soon as there is something to lose."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject
from PySide6.QtWidgets import QWidget

from desktop_crm.core.dates import clock, local_date
from desktop_crm.ui import shop_files
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message

if TYPE_CHECKING:
    from desktop_crm.services.backups import Situation


class Question(QObject):
    """Comes with the first start on a day after the first backup: by then the shop is in use."""

    def __init__(self, ctx: Context, window: QWidget, show_backups: Callable[[], object]) -> None:
        super().__init__(window)
        self._ctx = ctx
        self._window = window
        self._show_backups = show_backups
        self._keeper = BackupKeeper.of(ctx)
        self._keeper.changed.connect(self._look)

    def _look(self) -> None:
        asked = shop_files.state_key(self._ctx.path, "backup/asked")
        wanting = is_due(self._keeper.situation) and self._keeper.outside is None
        if wanting and self._keeper.line() is not None and not self._ctx.state.flag(asked):
            self._ctx.state.put(asked, True)
            self._ask()

    def _ask(self) -> None:
        t = self._ctx.t
        box = Message(
            self._ctx,
            t("Where should a second copy of the shop go?"),
            t(
                "So far everything is on this computer alone. With a copy on a USB disk or in a cloud folder the shop "
                "is still there when this computer breaks or is stolen."
            ),
            yes=t("Choose a place ..."),
            parent=self._window,
        )
        box.accepted.connect(self._show_backups)
        box.open()


def is_due(situation: Situation | None) -> bool:
    """Whether the first copy here was made on an earlier day."""
    return situation is not None and situation.here is not None and local_date(situation.here) < clock.today()
