"""Opening the shop a command names, for reading or for writing."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.shops import Shop


@contextmanager
def reading(path: Path) -> Iterator[Session]:
    """A session that reads, also while a window has the shop open.

    What ``shops.open_shop`` does, but the services that a reader does not need are not imported (0.2 s).
    Raises EnvironmentFault for a file that is no shop, or one that is older and open elsewhere.
    """
    from desktop_crm.store import place, shop_file

    place.require_safe(path)
    if not shop_file.is_current(path):
        from desktop_crm.services import shops

        shops.open_shop(path).close()
    database = shop_file.open_existing(path)
    try:
        with database.read() as session:
            yield session
    finally:
        database.close()


@contextmanager
def writing(path: Path) -> Iterator[Shop]:
    """The shop under its lock; raises EnvironmentFault that names the holder when a window has it open."""
    from desktop_crm.services import shops

    shop = shops.open_shop(path)
    try:
        yield shop
    finally:
        shop.close()
