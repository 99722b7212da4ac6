"""Locks of an open shop that the system drops when anything in the process closes the file."""

from __future__ import annotations

import os
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from desktop_crm.models import Customer
from desktop_crm.services import customers, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import hold

OTHER_PROGRAM = """
import sys
from pathlib import Path
from desktop_crm.store import shop_file
from desktop_crm.models import Customer
database = shop_file.open_existing(Path(sys.argv[1]))
with database.read() as session:
    assert session.query(Customer).count() == 1
database.close()
"""


def look_at(path: Path) -> None:
    """What a file dialog does to tell the kind of a file."""
    for name in (path, Path(f"{path}-wal"), Path(f"{path}-shm")):
        with name.open("rb") as file:
            file.read(100)


@pytest.mark.skipif(os.name == "nt", reason="Windows keeps the locks")
@pytest.mark.parametrize("by_hand", [False, True])
def test_another_program_does_not_take_the_log_from_under_an_open_shop(tmp_path: Path, by_hand: bool) -> None:
    path = tmp_path / "a.dcrm"
    with closing(shops.create_shop(path, "宏益")) as shop:
        shop.database.run(customers.create, CustomerForm(values={"name": "台達"}))
        look_at(path)
        if by_hand:
            shop.database.keep_locks()
        else:
            with shop.database.read() as session:
                session.query(Customer).count()
        log = os.stat(f"{path}-wal").st_ino
        subprocess.run([sys.executable, "-c", OTHER_PROGRAM, str(path)], check=True)
        assert os.stat(f"{path}-wal").st_ino == log
        shop.database.run(customers.create, CustomerForm(values={"name": "中鋼"}))
    with closing(shops.open_shop(path)) as shop, shop.database.read() as session:
        assert session.query(Customer).count() == 2


def test_closing_lets_every_file_go(tmp_path: Path) -> None:
    path = tmp_path / "a.dcrm"
    with closing(shops.create_shop(path, "宏益")) as shop:
        shop.database.keep_locks()
        assert str(path) in hold._holds
    assert str(path) not in hold._holds
    assert not Path(f"{path}-wal").exists()
