"""Making and opening a shop: the file, its lock, its derived tables, as one thing."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from sqlalchemy.orm import Session

from desktop_crm.core import places
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, translator
from desktop_crm.core.settings import Company, Trade
from desktop_crm.models import Staff
from desktop_crm.services import devices, figures, numbering, search_documents, settings
from desktop_crm.store import backup, backup_gap, faults, place, search_index, shop_file
from desktop_crm.store.backup_gap import Reached
from desktop_crm.store.database import Database
from desktop_crm.store.journal import batch_of
from desktop_crm.store.lock import ShopLock


@dataclass(slots=True)
class Shop:
    """An open shop; ``lock`` is None for a program that only reads."""

    database: Database
    lock: ShopLock | None

    def close(self) -> None:
        """Close the file, then let others write."""
        self.database.close()
        if self.lock is not None:
            self.lock.release()


def create_shop(path: Path, name: str, *, language: str = "zh_TW") -> Shop:
    """Make an empty shop with its defaults and open it for writing.

    Raises UserError without a name or when the file exists, EnvironmentFault for an unsafe or read-only place.
    """
    if not name.strip():
        raise UserError(N_("The shop has no name."), N_("Type the name of your firm."), field="name")
    place.require_safe(path)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise faults.unwritable() from error
    lock = ShopLock(path)
    lock.acquire()
    try:
        database = shop_file.create(path, keep_derived)
        try:
            database.run(set_up, name.strip(), language)
        except BaseException:
            database.close()
            shop_file.remove(path)
            raise
    except BaseException:
        lock.release()
        raise
    return Shop(database, lock)


def open_shop(path: Path, *, writable: bool = True, here: str = "") -> Shop:
    """Open a shop; a writable one is locked, upgraded after a backup, and its figures are brought to today.

    Only an older file is locked and upgraded for reading too. ``here`` makes the file this computer's, as
    ``devices.settle`` does; whether that must be asked first is ``devices.require_known``.
    Raises EnvironmentFault for a damaged, foreign, newer or locked file.
    """
    place.require_safe(path)
    if not writable:
        upgrade(path)
        database = shop_file.open_existing(path, keep_derived)
        database.permissions = frozenset()
        return Shop(database, None)
    shop_file.is_current(path)
    lock = ShopLock(path)
    lock.acquire()
    try:
        return Shop(_open_locked(path, here), lock)
    except BaseException:
        lock.release()
        raise


def upgrade(path: Path) -> None:
    """Bring an older file to the newest layout, under its lock and after a backup; another one is left alone.

    Raises EnvironmentFault as ``open_shop`` does.
    """
    if shop_file.is_current(path):
        return
    lock = ShopLock(path)
    lock.acquire()
    try:
        shop_file.open_existing(path, keep_derived, backup.before_upgrade).close()
    finally:
        lock.release()


def _open_locked(path: Path, here: str = "") -> Database:
    database = shop_file.open_existing(path, keep_derived, backup.before_upgrade)
    try:
        if here:
            devices.settle(database, here)
        database.run(catch_up)
    except BaseException:
        database.close()
        raise
    return database


def restore(shop: Shop, copy: Path) -> None:
    """Put a backup in the place of an open shop and open that; ``shop.database`` is another one afterwards.

    Raises EnvironmentFault as ``backup.restore`` does; the shop is then open as before.
    """
    path = shop.database.path
    shop.database.close()
    try:
        _put_back(copy, path)
    finally:
        shop.database = _open_locked(path)


def restore_file(path: Path, copy: Path) -> None:
    """Put a backup in the place of a shop that is not open, or where there is none yet.

    Raises EnvironmentFault as ``backup.restore`` does, or when the shop is open somewhere.
    """
    place.require_safe(path)
    lock = ShopLock(path)
    lock.acquire()
    try:
        _put_back(copy, path)
    finally:
        lock.release()


def _put_back(copy: Path, path: Path) -> None:
    """Restore a backup; no number the shop has given since, if that can be read, is given again."""
    reached = backup_gap.reached(path)
    backup.restore(copy, path, partial(_carry, reached) if reached is not None else None)


def _carry(reached: Reached, restored: Path) -> None:
    """Let a restored file of the same shop count on from where the replaced one had come to."""
    database = shop_file.open_existing(restored, keep_derived)
    try:
        origin = backup_gap.reached(restored)
        if origin is not None and origin.origin == reached.origin:
            database.device = reached.device  # this computer's, whose entry it is
            database.run(numbering.carry_forward, reached.counters, reached.sequence)
    finally:
        database.close()


def set_up(session: Session, name: str, language: str) -> None:
    """Give a new shop its settings, the grading scheme, service levels and a first member of staff."""
    from desktop_crm.services import grading_scheme  # brings numpy along, which opening a shop does not need

    settings.save(session, Company(name=name))
    settings.save(session, usual_trade(language))
    session.add(Staff(code="S01", name=name))
    grading_scheme.ensure_default_scheme(session, translator(language))
    grading_scheme.default_service_levels(session, translator(language))
    figures.rebuild(session)


def usual_trade(language: str) -> Trade:
    """How a shop that speaks ``language`` sells until it says otherwise: Simplified Chinese is spoken in China."""
    if language != "zh_CN":
        return Trade(document_language=language)
    return Trade(
        document_language=language, country="CN", currency="CNY", zone="Asia/Shanghai", tax_percent=places.TAX["CN"]
    )


def catch_up(session: Session) -> int:
    """What the calendar did since the last time, at open and at midnight; returns how many customers moved.

    Offers lapse and windows move with the day, so a second start of the same day has nothing to do.
    """
    if search_index.is_outdated(session):
        search_documents.rebuild(session)
    if figures.day_of(session) == clock.today():
        return 0
    from desktop_crm.services import quotations

    quotations.expire_due(session)
    return figures.refresh_moved(session)


def keep_derived(session: Session) -> None:
    """Bring figures and search of the touched customers up to date; runs before every commit."""
    batch = batch_of(session)
    if batch.customers:
        figures.refresh(session, batch.customers)
        if not search_documents.SOURCES.isdisjoint(batch.entities):
            search_documents.refresh(session, batch.customers)


def tidy(session: Session) -> bool:
    """Merge the search index a little, in idle time; True when another step is worth it."""
    return search_index.merge_step(session.connection())
