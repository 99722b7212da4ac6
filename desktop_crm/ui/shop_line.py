"""What the window says of the open shop as a whole, and undoing a step of it."""

from __future__ import annotations

import datetime as dt
import importlib
import uuid
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session


def read(session: Session, t: Translator, path: Path | None, module: str) -> tuple[str, str]:
    """The shop's name and the line under it; tells ``t`` the home currency.

    Also imports the first page's ``module``, since it runs in a lane.
    """
    from desktop_crm.core.settings import Company, Trade
    from desktop_crm.services import settings

    if module:
        importlib.import_module(module)
    t.home_currency = settings.load(session, Trade).currency
    return settings.load(session, Company).name, backup_line(t, path)


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
