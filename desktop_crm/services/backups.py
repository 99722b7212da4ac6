"""Backing up: when there is something new, here and at a second place; looking at what there is.

These functions take paths, not a session: they run beside an open shop, in another process.
"""

from __future__ import annotations

import contextlib
import datetime as dt
import os
import uuid
from dataclasses import dataclass
from pathlib import Path

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.i18n import N_
from desktop_crm.store import backup, backup_gap, place, rotation
from desktop_crm.store.backup import Contents
from desktop_crm.store.rotation import Copy

OUTSIDE = "Desktop CRM backups"  # the folder made at the second place; where it is missing, the disk is not there
Sentence = tuple[str, str, dict[str, object]]  # message, advice, parameters


@dataclass(frozen=True, slots=True)
class Made:
    """What a run did: the copy here and the one outside, None where nothing was new; why one outside failed."""

    here: Path | None
    outside: Path | None
    trouble: Sentence | None = None


@dataclass(frozen=True, slots=True)
class Situation:
    """How a shop stands: whether it has changed since its newest copy here, when the newest copies were made."""

    changed: bool
    here: dt.datetime | None
    outside: dt.datetime | None
    outside_there: bool


@dataclass(frozen=True, slots=True)
class Place:
    """A second place; ``same_disk``: it breaks together with the shop, unless a cloud program copies it away."""

    folder: Path
    same_disk: bool


def run(shop: Path, here: Path, outside: Path | None = None, *, always: bool = False) -> Made:
    """Back up ``shop`` to its folder below ``here`` and below ``outside``, then drop the copies nobody needs.

    A place whose newest copy says the same already gets none, unless ``always``. Trouble at the second place
    does not spoil the copy here; trouble here raises EnvironmentFault.
    """
    made = _copy(shop, rotation.folder_of(shop, here), always)
    if outside is None:
        return Made(made, None)
    try:
        require_place(outside)
        return Made(made, _copy(shop, rotation.folder_of(shop, outside), always))
    except EnvironmentFault as fault:
        return Made(made, None, (fault.message, fault.advice, fault.params))


def situation(shop: Path, here: Path, outside: Path | None = None) -> Situation:
    """How ``shop`` stands now."""
    newest = _newest(rotation.folder_of(shop, here))
    there = outside is not None and outside.is_dir()
    away = _newest(rotation.folder_of(shop, outside)) if outside is not None and there else None
    return Situation(
        newest is None or not _same(shop, newest),
        newest.made if newest else None,
        away.made if away else None,
        outside is None or there,
    )


def copies(shop: Path, here: Path, outside: Path | None = None) -> list[Copy]:
    """The copies of ``shop`` at both places, newest first."""
    found = _copies(rotation.folder_of(shop, here))
    if outside is not None:
        found += _copies(rotation.folder_of(shop, outside))
    return sorted(found, key=lambda copy: copy.made, reverse=True)


def look(copy: Path) -> Contents | EnvironmentFault:
    """What is inside a copy, or what is wrong with it: damaged, foreign, newer than the program."""
    try:
        return backup.look_inside(copy)
    except EnvironmentFault as fault:
        return fault


def verify(copy: Path) -> Contents:
    """Read a copy from end to end before it is restored; raises EnvironmentFault unless it is whole and ours."""
    backup.check(copy)
    return backup.look_inside(copy)


def missing(shop: Path, copy: Path) -> dict[str, int] | None:
    """How many records of ``shop`` a restore of ``copy`` takes away, by table; None when the shop cannot be read.

    Nothing for a copy that cannot be restored or is of another shop: ``look`` says so.
    """
    try:
        return backup_gap.missing(shop, copy)
    except EnvironmentFault:
        return {}


def prepare_place(folder: Path, shop: Path) -> Place:
    """Make the backup folder at a second place and try to write there.

    Raises UserError for the shop's own folder, EnvironmentFault where nothing can be written.
    """
    target = folder if folder.name == OUTSIDE else folder / OUTSIDE
    if folder.resolve() == shop.resolve().parent:
        raise UserError(
            N_("This is the folder of the shop itself."),
            N_("Choose another disk or a cloud folder, so that both are not lost at once."),
        )
    try:
        target.mkdir(exist_ok=True)
        probe = target / f"{uuid.uuid4().hex}.part"
        probe.write_bytes(b"x")
        probe.unlink()
        same = os.stat(target).st_dev == os.stat(shop).st_dev
    except OSError as error:
        raise EnvironmentFault(
            N_("Nothing can be written to %(folder)s."),
            N_("Check that the disk is connected, not full and not read-only."),
            folder=str(folder),
        ) from error
    return Place(target, same and not place.is_cloud(target))


def require_place(outside: Path) -> None:
    """Raise EnvironmentFault when the second place is not there; it is never made anew on another disk."""
    if not outside.is_dir():
        raise EnvironmentFault(
            N_("The second backup place is not there: %(folder)s."),
            N_("Connect the disk; the next backup goes there by itself."),
            folder=str(outside),
        )


def _copy(shop: Path, folder: Path, always: bool) -> Path | None:
    newest = _newest(folder)
    if newest is not None and not always and _same(shop, newest):
        return None
    made = backup.backup(shop, folder)
    with contextlib.suppress(OSError):  # a copy that cannot be removed now is tried again next time
        rotation.prune(folder, clock.now())
    return made


def _copies(folder: Path) -> list[Copy]:
    try:
        return rotation.copies(folder)
    except OSError:
        return []


def _newest(folder: Path) -> Copy | None:
    """The copy made last; by the file's own time, because the clock in the names may have been wrong."""
    return max(_copies(folder), key=_written, default=None)


def _written(copy: Copy) -> tuple[float, dt.datetime]:
    try:
        return copy.path.stat().st_mtime, copy.made
    except OSError:
        return 0.0, copy.made


def _same(shop: Path, copy: Copy) -> bool:
    """Whether the copy has everything; a damaged one has not."""
    try:
        return backup.position(shop) == backup.position(copy.path)
    except EnvironmentFault:
        return False
