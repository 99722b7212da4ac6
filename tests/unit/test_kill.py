"""A program killed in the middle of its saves loses nothing it has acknowledged.

``KILL_ROUNDS=300`` runs as many rounds by hand; a few are enough to keep it so.
"""

from __future__ import annotations

import os
import random
import shutil
import subprocess
import sys
import time
from pathlib import Path

from sqlalchemy import select

from desktop_crm.models import Customer, JournalEntry
from desktop_crm.services import check, shops

ROUNDS = int(os.environ.get("KILL_ROUNDS", "3"))
SAVES = 100
SAVING = """
import sys
from pathlib import Path
from desktop_crm.services import customers, shops
from desktop_crm.services.customers import CustomerForm, Point
shop = shops.open_shop(Path(sys.argv[1]))
print("open", flush=True)
for number in range(int(sys.argv[2])):
    form = CustomerForm({"name": f"第{number}號客戶有限公司"}, (Point("phone", f"04-2258-{number:04}"),))
    print(shop.database.run(customers.create, form).result.hex, flush=True)
print("end", flush=True)
"""


def killed_while_saving(shop: Path, seconds: float) -> list[str]:
    """Keys acknowledged by a program that was killed so long after it had opened the shop."""
    with subprocess.Popen(
        [sys.executable, "-c", SAVING, str(shop), str(SAVES)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).resolve().parents[2],
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "open\n"
        time.sleep(seconds)
        process.kill()
        lines = process.stdout.read().splitlines(keepends=True)
    return [line.strip() for line in lines if len(line) == 33]  # a line torn by the kill acknowledges nothing


def test_nothing_acknowledged_is_lost(empty_shop_file: Path, tmp_path: Path) -> None:
    shop = Path(shutil.copy(empty_shop_file, tmp_path))
    acknowledged: set[str] = set()
    for _ in range(ROUNDS):
        acknowledged |= set(killed_while_saving(shop, random.uniform(0.05, 0.9)))
        opened = shops.open_shop(shop)  # the dead program's lock is free again
        with opened.database.read() as session:
            found = {key.hex for key in session.scalars(select(Customer.id))}
            codes = sorted(session.scalars(select(Customer.code)))
            created = select(JournalEntry.key).where(JournalEntry.entity == "customer", JournalEntry.verb == "create")
            journaled = {key.hex for key in session.scalars(created) if key}
            assert check.run(session) == []
        opened.close()
        assert acknowledged <= found
        assert journaled == found
        assert codes == [f"C{number:05}" for number in range(1, len(codes) + 1)]
    assert acknowledged
