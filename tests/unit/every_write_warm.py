"""Imported by the server that forks the writers of many rounds: every write once, so that each of them starts warm."""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from desktop_crm.services import shops
from tests.unit import every_write

with tempfile.TemporaryDirectory() as _name:
    _folder = Path(_name)
    shops.create_shop(_folder / "shop.dcrm", "暖").close()
    shutil.copytree(os.environ["KILL_SOURCE"], _folder / "in")
    every_write.write_on(str(_folder / "shop.dcrm"), str(_folder / "notes"), str(_folder / "in"), 1, 1)
