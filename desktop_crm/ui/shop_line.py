"""What the window says of the open shop as a whole, and undoing a step of it."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


@dataclass(frozen=True, slots=True)
class ShopLine:
    """The shop's name, the line under it, and the letter of a copy on a laptop (empty in the original)."""

    name: str
    state: str
    letter: str = ""

    def title(self, t: Translator, *, reading: bool = False) -> str:
        """The title of the window, which says so of a copy and of a shop that is only read."""
        if not self.name:
            return "Desktop CRM"
        words = [t("laptop copy %(letter)s", letter=self.letter)] if self.letter else []
        words += [t("reading only")] if reading else []
        return f"{self.name} ({', '.join(words)}) - Desktop CRM" if words else f"{self.name} - Desktop CRM"


def read(session: Session, t: Translator, path: Path | None, module: str) -> ShopLine:
    """What the window says of the shop; tells ``t`` the home currency.

    Also imports the first page's ``module``, since it runs in a lane.
    """
    from desktop_crm.core.settings import Company, Trade
    from desktop_crm.services import devices, settings

    if module:
        importlib.import_module(module)
    t.home_currency = settings.load(session, Trade).currency
    letter = devices.series_here(session)
    state = backup_line(t, path)
    if letter:
        state = t("Laptop copy %(letter)s", letter=letter) + " · " + state
    return ShopLine(settings.load(session, Company).name, state, letter)


def backup_line(t: Translator, path: Path | None) -> str:
    """When the shop was last backed up here, in words."""
    moment = last_backup(path) if path is not None else None
    if moment is None:
        return t("Local file, no backup yet")
    today = clock.today()
    when = f"{moment:%H:%M}" if moment.date() == today else t.date(moment.date(), "day")
    return t("Local file, backed up %(when)s", when=when)


def last_backup(path: Path) -> dt.datetime | None:
    """When the newest copy on this computer was made, in the shop's zone."""
    from desktop_crm.store import rotation

    try:
        found = rotation.copies(rotation.folder_of(path, paths.backups_dir()))
    except OSError:
        return None
    return clock.local(found[0].made) if found else None


def undo(ctx: Context, batch: uuid.UUID) -> None:
    """Take a step back as a whole and say so; of a grading everybody it moved."""
    from desktop_crm.services import history

    def take_back(run: uuid.UUID | None) -> None:
        from desktop_crm.services import grading

        step, key = (history.undo, batch) if run is None else (grading.undo, run)
        ctx.tasks.write(step, key, done=lambda _outcome: ctx.toast(ctx.t("The last change was undone.")))

    ctx.tasks.read(history.record_told, batch, "grading_run", done=take_back)
