"""Where shop files lie and how the window makes them; every function here may run beside the window."""

from __future__ import annotations

import re
import zlib
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.core import paths
from desktop_crm.core.errors import EnvironmentFault

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop_crm.services.shops import Shop
    from desktop_crm.ui.context import Context

SUFFIX = ".dcrm"
SAMPLE_CUSTOMERS = 1284
SAMPLE_SEED = 1
_FORBIDDEN = re.compile(r'[\\/:*?"<>|\x00-\x1f]+')


def open_file(path: Path) -> Shop:
    """Open a shop for writing; raises EnvironmentFault."""
    from desktop_crm.services import shops

    return shops.open_shop(path)


@dataclass(frozen=True, slots=True)
class Answers:
    """What the user has answered about a file: whose it is (``devices.settle``), that the clock may stand back."""

    here: str = ""
    clock: bool = False


def open_asking(path: Path, answers: Answers = Answers()) -> Shop:
    """Open a shop for writing; raises NeedsConfirmation for what must be answered first, EnvironmentFault."""
    from desktop_crm.services import devices, shops

    held = None if answers.here else devices.require_known(path)
    if not answers.clock:
        devices.require_clock(path, held)
    return shops.open_shop(path, here=answers.here)


def open_reading(path: Path) -> Shop:
    """Open a shop without its lock; every write is refused. Raises EnvironmentFault."""
    from desktop_crm.services import shops

    return shops.open_shop(path, writable=False)


def open_restored(path: Path, copy: Path) -> Shop:
    """Put a backup in the place of a shop that is not open, then open that; raises as ``open_asking`` does."""
    from desktop_crm.services import shops

    shops.restore_file(path, copy)
    return open_asking(path)


def require_shop(path: Path) -> Path:
    """Raise EnvironmentFault for a file that is no shop at all; a damaged one may still be restored."""
    from desktop_crm.store import faults, shop_file

    try:
        shop_file.check_header(path)
    except EnvironmentFault as error:
        if error.message == faults.SENTENCES[faults.NOTADB][0]:
            raise
    return path


def state_key(path: Path | None, name: str) -> str:
    """Under which name the window remembers something of one shop only."""
    return f"{name}/{zlib.crc32(str(path).encode()):08x}"


def create(path: Path, name: str, lang: str) -> Path:
    """Make an empty shop and close it again; raises UserError or EnvironmentFault."""
    from desktop_crm.services import shops

    shops.create_shop(path, name, language=lang).close()
    return path


def make(ctx: Context, name: str, done: Callable[[Path], object], owner: QObject) -> None:
    """Make an empty shop in the user's data folder, in a lane; ``done(path)`` when it is there."""
    path = free_path(name)
    ctx.tasks.background(create, path, name, ctx.t.lang, done=done, owner=owner, title=ctx.t("Making the shop"))


def create_sample(path: Path, progress: Callable[[int, int], None] | None = None) -> Path:
    """Make the sample shop under another name and put it in its place when it is whole."""
    from desktop_crm.services import sample

    part = path.with_name(f"{path.stem}-part{SUFFIX}")
    for suffix in ("", "-wal", "-shm", "-journal"):
        Path(f"{part}{suffix}").unlink(missing_ok=True)

    def tell(share: float, _what: str) -> None:
        if progress is not None:
            progress(round(share * SAMPLE_CUSTOMERS), SAMPLE_CUSTOMERS)

    sample.create(part, customers=SAMPLE_CUSTOMERS, seed=SAMPLE_SEED, progress=tell).close()
    part.replace(path)
    return path


def sample_path() -> Path:
    """Where the sample shop lies."""
    return paths.shops_dir() / f"sample{SUFFIX}"


def free_path(name: str) -> Path:
    """A file name for a shop called ``name`` that is not taken."""
    stem = _FORBIDDEN.sub(" ", name).strip(" .")[:60] or "shop"
    path = paths.shops_dir() / f"{stem}{SUFFIX}"
    number = 2
    while path.exists():
        path = paths.shops_dir() / f"{stem} {number}{SUFFIX}"
        number += 1
    return path
