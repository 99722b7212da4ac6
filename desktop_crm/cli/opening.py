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
    """A session that reads, also while a window has the shop open; EnvironmentFault for a file that is no shop."""
    from desktop_crm.services import shops

    shop = shops.open_shop(path, writable=False)
    try:
        with shop.database.read() as session:
            yield session
    finally:
        shop.close()


@contextmanager
def writing(path: Path) -> Iterator[Shop]:
    """The shop under its lock; raises EnvironmentFault that names the holder when a window has it open."""
    from desktop_crm.services import shops

    shop = shops.open_shop(path)
    try:
        yield shop
    finally:
        shop.close()
