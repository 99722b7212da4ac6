"""Backs the open shop up by itself: every half hour when something changed, at the end, and before big steps.

All of it runs in the worker; the window only hears what became of it.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, QTimer, Signal

from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import CrmError, EnvironmentFault
from desktop_crm.ui import shop_files
from desktop_crm.ui.context import Context
from desktop_crm.ui.table_model import Pill

if TYPE_CHECKING:
    from desktop_crm.services.backups import Made, Situation
    from desktop_crm.ui.lanes import Request

EVERY = 30 * 60 * 1000  # milliseconds
AFTER_OPENING = 20_000  # milliseconds: the first pages come first
OLD = dt.timedelta(days=7)
PLACE = "backup/outside"  # window state: the second place of this computer
TOLD = "backup/told"  # window state: the trouble there has been said


class BackupKeeper(QObject):
    """One per window. ``changed``: the age of the copies is another one; ``ended``: a run is over, well or not."""

    changed = Signal()
    ended = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self.situation: Situation | None = None
        self.dirty = False
        self.busy = False
        self.failed = False  # the last run
        self.trouble = ""  # the sentence of the last run, empty when it went well
        self._request: Request | None = None
        self._ctx = ctx
        self._told_here = False
        self._waiting: list[Callable[[], object]] = []
        ctx.data_changed.connect(self._note)
        ctx.tasks.finished.connect(self._finished)

    @staticmethod
    def of(ctx: Context) -> BackupKeeper:
        """The keeper of ``ctx``, made at the first call."""
        found = next((one for one in ctx.children() if isinstance(one, BackupKeeper)), None)
        return found or BackupKeeper(ctx)

    def start(self, window: QObject) -> None:
        """Begin when the shop is open, for as long as ``window`` lives.

        What the last session could not finish is made up soon.
        """
        timer = QTimer(window, interval=EVERY)
        timer.timeout.connect(self._tick)
        timer.start()
        QTimer.singleShot(AFTER_OPENING, window, self._catch_up)
        self.look()

    @property
    def outside(self) -> Path | None:
        """The second place, None when none was chosen."""
        text = self._ctx.state.text(PLACE)
        return Path(text) if text else None

    def set_outside(self, folder: Path | None) -> None:
        """Remember another second place, and bring it up to date."""
        self._ctx.state.put(PLACE, str(folder or ""))
        self._ctx.state.put(TOLD, False)
        self._ctx.state.save()
        self.look()
        if folder is not None:
            self.run()

    def look(self) -> None:
        """Read how the copies stand."""
        path = self._ctx.path
        if path is not None:
            self._ctx.tasks.background(
                _situation,
                path,
                paths.backups_dir(),
                self.outside,
                done=self._see,
                failed=lambda _error: None,  # opening the shop says what is wrong with it
                owner=self,
            )

    def run(self, *, always: bool = False) -> None:
        """Back up what has changed; ``always``: also when nothing has, and say so."""
        from desktop_crm.services import backups

        if self.busy or self._ctx.path is None:
            return
        self.dirty, self.busy, self.failed = False, True, False
        self._request = self._ctx.tasks.heavy(
            backups.run,
            self._ctx.path,
            paths.backups_dir(),
            self.outside,
            always=always,
            done=lambda made: self._made(made, always),
            failed=lambda error: self._failed(error, always),
            owner=self,
            title=self._ctx.t("Backing up"),
        )

    def before(self, step: Callable[[], object]) -> None:
        """Back up first, then do a ``step`` that changes much; it is done even if the backup fails."""
        self._waiting.append(step)
        if not self._is_sample:
            self.run()
        if not self.busy:
            self._end()

    def cancel(self) -> None:
        """Stop the running backup; what is half-written never counts as one."""
        if self.busy and self._request is not None and self._request.cancel is not None:
            self._request.cancel()

    def line(self) -> Pill | None:
        """How old the last copy outside this computer is, for the status bar; None where nobody needs to know."""
        t, now = self._ctx.t, self.situation
        if now is None or self._ctx.path is None or self._is_sample:
            return None
        if self.trouble and (self.failed or now.outside_there):  # a disk that is unplugged is no failure
            return Pill(t("The last backup failed"), "warn")
        moment = now.outside or self._remembered()
        if moment is None:
            return Pill(t("No copy outside this computer yet"), "warn" if self.outside else "muted")
        age = clock.now() - moment
        days = max(age.days, 0)
        text = (
            t.plural("Last copy outside %(count)s day ago", "Last copy outside %(count)s days ago", days)
            if days
            else t("Last copy outside today")
        )
        return Pill(text, "warn" if age > OLD else "muted")

    def follow(self, old: BackupKeeper) -> None:
        """Take over from the keeper of a window that is built again."""
        self.dirty = old.dirty or old.busy

    @property
    def _is_sample(self) -> bool:
        """The sample shop can be made again at any time; it is copied only when somebody asks for it."""
        return self._ctx.path == shop_files.sample_path()

    def _note(self, changed: Any) -> None:
        self.dirty = self.dirty or (bool(changed.entities) and not self._is_sample)

    def _tick(self) -> None:
        if self.dirty:
            self.run()

    def _catch_up(self) -> None:
        if self.situation is not None and self.situation.changed and not self._is_sample:
            self.run()

    def _see(self, situation: Situation) -> None:
        self.situation = situation
        if situation.outside is not None:
            self._ctx.state.put(self._key(), situation.outside.isoformat())
        self.changed.emit()

    def _made(self, made: Made, asked: bool) -> None:
        self.busy, self.trouble = False, ""
        t = self._ctx.t
        if made.trouble is not None:
            self._tell_outside(made.trouble, asked)
        else:
            self._ctx.state.put(TOLD, False)
            if asked and made.here is not None:
                self._ctx.toast(t("Backed up to %(file)s.", file=str(made.outside or made.here)))
        self.look()
        self._end()

    def _tell_outside(self, trouble: tuple[str, str, dict[str, object]], asked: bool) -> None:
        """Once, until a copy there succeeds again."""
        message, advice, params = trouble
        self.trouble = self._ctx.t.error(CrmError(message, advice, **params))
        if asked or not self._ctx.state.flag(TOLD):
            self._ctx.toast(self.trouble)
            self._ctx.state.put(TOLD, True)

    def _failed(self, error: BaseException, asked: bool) -> None:
        self.busy = False
        self.dirty = self.failed = True
        self.trouble = self._ctx.t.error(error) if isinstance(error, CrmError) else ""
        self.changed.emit()
        if asked or not self._told_here or not isinstance(error, EnvironmentFault):
            self._told_here = True
            self._ctx.tasks.failure.emit(error)
        self._end()

    def _finished(self, request: Request) -> None:
        if request is self._request:
            QTimer.singleShot(0, self, self._stopped)

    def _stopped(self) -> None:
        """After the user has cancelled it nobody else says that it is over."""
        if self.busy:
            self.busy, self.dirty = False, True
            self._end()

    def _end(self) -> None:
        steps, self._waiting = self._waiting, []
        self.ended.emit()
        for step in steps:
            step()

    def _key(self) -> str:
        from desktop_crm.store import rotation

        return f"backup/{rotation.folder_of(self._ctx.path or Path(), Path()).name}"

    def _remembered(self) -> dt.datetime | None:
        """When the last copy outside was made, while its disk is not there."""
        try:
            return dt.datetime.fromisoformat(self._ctx.state.text(self._key()))
        except ValueError:
            return None


def _situation(path: Path, folder: Path, outside: Path | None) -> Situation:
    """For the read lane, which imports what it needs."""
    from desktop_crm.services import backups

    return backups.situation(path, folder, outside)
