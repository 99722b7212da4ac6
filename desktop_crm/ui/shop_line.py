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
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.titles import RECORDS
from desktop_crm.ui.context import Context

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.change_words import Step

UNDONE = {
    "added": N_("Undone: %(what)s %(name)s added"),
    "changed": N_("Undone: %(what)s %(name)s changed"),
    "archived": N_("Undone: %(what)s %(name)s archived"),
    "merged": N_("Undone: %(what)s %(name)s merged"),
    "restored": N_("Undone: %(what)s %(name)s brought back"),
    "removed": N_("Undone: %(what)s %(name)s removed"),
}


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
        words = [t("Laptop copy %(letter)s", letter=self.letter)] if self.letter else []
        words += [t("Open for reading only")] if reading else []
        return f"{self.name} ({', '.join(words)}) - Desktop CRM" if words else f"{self.name} - Desktop CRM"


def read(session: Session, t: Translator, path: Path | None, module: str) -> ShopLine:
    """What the window says of the shop; tells ``t`` the home currency and the clock its zone.

    Also imports the first page's ``module``, since it runs in a lane.
    """
    from desktop_crm.core.settings import Company, Trade
    from desktop_crm.services import devices, settings

    if module:
        importlib.import_module(module)
    trade = settings.load(session, Trade)
    t.home_currency, clock.zone = trade.currency, trade.zone
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
    """Take a step back as a whole and say what it was; of a grading everybody it moved."""

    def take_back(known: tuple[uuid.UUID | None, Step | None]) -> None:
        from desktop_crm.services import grading, history

        run, step = known
        said = ctx.t("The last change was undone.") if step is None else undone(ctx.t, step)
        function, key = (history.undo, batch) if run is None else (grading.undo, run)
        ctx.tasks.write(function, key, done=lambda _outcome: ctx.toast(said))

    ctx.tasks.read(_step, batch, done=take_back)


def undone(t: Translator, step: Step) -> str:
    """The sentence that names what was taken back."""
    name = t("%(name)s and %(count)s more", name=step.name, count=step.others) if step.others else step.name
    return " ".join(t(UNDONE[step.verb], what=t(RECORDS[step.entity]), name=name).split())


def _step(session: Session, batch: uuid.UUID) -> tuple[uuid.UUID | None, Step | None]:
    """For the read lane: the grading run a batch was, and what else it is told by."""
    from desktop_crm.services import change_words, history

    return history.record_told(session, batch, "grading_run"), change_words.step_of(session, batch)
