"""A program killed in the middle of its saves loses nothing it has acknowledged, whatever it was saving.

``KILL_ROUNDS=300 KILL_SEED=7 KILL_SECONDS=170`` runs as many rounds by hand, or as many as fit into the time; a few
are enough to keep it so.
"""

from __future__ import annotations

import csv
import json
import multiprocessing
import os
import random
import shutil
import time
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.ids import Uuid
from desktop_crm.models import Customer, JournalEntry
from desktop_crm.services import check, shops
from desktop_crm.services.shops import Shop
from desktop_crm.store import backup
from tests.unit import every_write
from tests.unit.documents import customer

FEW = 3  # rounds
ROUNDS = int(os.environ.get("KILL_ROUNDS", str(FEW)))
SEED = int(os.environ.get("KILL_SEED", "0")) or random.randrange(10**6)
SECONDS = float(os.environ.get("KILL_SECONDS", "inf"))
NORTHWIND = Path(__file__).resolve().parents[1] / "data" / "northwind"
FRESH = 6  # rounds after which a new shop is taken, so that reading it through stays quick
Versions = dict[tuple[str, str], int | None]
METHODS = multiprocessing.get_all_start_methods()


class Known:
    """What was acknowledged so far: the versions of records, the entries of each batch."""

    def __init__(self) -> None:
        self.versions: Versions = {}
        self.batches: dict[str, int] = {}
        self.copies: dict[str, tuple[Versions, dict[str, int]]] = {}  # as it was when a backup was made
        self.undecided = ""  # the copy that was being restored when the program died

    def hear(self, line: dict[str, Any]) -> None:
        """Take in one note of the writer."""
        if line["action"] == "backup":
            self.copies[line["copy"]] = (dict(self.versions), dict(self.batches))
        elif line["action"] == "restoring":
            self.undecided = line["copy"]
        elif line["action"] == "restored":
            self.undecided = ""
            self.go_back(line["copy"])
        elif "batch" in line:
            self.batches[line["batch"]] = line["entries"]
            self.versions |= {(entity, key): version for entity, key, version in line["rows"]}

    def go_back(self, copy: str) -> None:
        """The shop is what it was when ``copy`` was made."""
        versions, batches = self.copies[copy]
        self.versions, self.batches = dict(versions), dict(batches)


@pytest.fixture(scope="module")
def source(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three customers of the Northwind sample with what they ordered."""
    folder = tmp_path_factory.mktemp("northwind")
    shutil.copy(NORTHWIND / "products.csv", folder)
    shutil.copy(NORTHWIND / "categories.csv", folder)
    customers = _part("customers.csv", folder, "CustomerID", {"ALFKI", "ANATR", "ANTON"})
    orders = _part("orders.csv", folder, "CustomerID", {row["CustomerID"] for row in customers})
    _part("order_details.csv", folder, "OrderID", {row["OrderID"] for row in orders})
    return folder


def _part(name: str, folder: Path, column: str, wanted: set[str]) -> list[dict[str, str]]:
    with (NORTHWIND / name).open(encoding="utf-8", newline="") as file:
        rows = [row for row in csv.DictReader(file) if row[column] in wanted]
    with (folder / name).open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0].keys())
        writer.writeheader()
        writer.writerows(rows)
    return rows


def notes_in(file: Path) -> list[dict[str, Any]]:
    """Whole lines only: one torn by the kill acknowledges nothing."""
    text = file.read_text(encoding="utf-8") if file.exists() else ""
    return [json.loads(line) for line in text.splitlines(keepends=True) if line.endswith("\n")]


def kill_while_writing(
    shop: Path, notes: Path, source: Path, seed: int, after: int, seconds: float
) -> list[dict[str, Any]]:
    """The notes of a program that was killed ``seconds`` after it had written so many of them."""
    context: Any = multiprocessing.get_context("forkserver" if "forkserver" in METHODS else "spawn")
    if "forkserver" in METHODS:
        os.environ["KILL_SOURCE"] = str(source)
        context.set_forkserver_preload([every_write.__name__ + ("_warm" if ROUNDS > FEW else "")])
    process = context.Process(target=every_write.write_on, args=(str(shop), str(notes), str(source), seed))
    process.start()
    limit = time.monotonic() + 60
    while (
        (not notes.exists() or notes.read_bytes().count(b"\n") < after)
        and process.is_alive()
        and time.monotonic() < limit
    ):
        time.sleep(0.002)
    time.sleep(seconds)
    process.kill()
    process.join()
    assert process.exitcode is not None
    assert process.exitcode < 0, "it ended by itself"
    return notes_in(notes)


def lost(session: Session, known: Known) -> list[str]:
    """What was acknowledged and is not there."""
    found = []
    counts = select(JournalEntry.batch_id, func.count()).group_by(JournalEntry.batch_id)
    journaled = {batch.hex: entries for batch, entries in session.execute(counts)}
    for batch, entries in known.batches.items():
        if journaled.get(batch, 0) != entries:
            found.append(f"batch {batch}: {journaled.get(batch, 0)} of {entries} entries")
    deleted = {
        (entity, key.hex)
        for entity, key in session.execute(
            select(JournalEntry.entity, JournalEntry.key).where(JournalEntry.verb == "delete")
        )
        if key
    }
    now = _versions(session, {entity for entity, _ in known.versions})
    for (entity, key), version in known.versions.items():
        there = now.get((entity, key))
        if version is None:
            if there is not None and (entity, key) in deleted:
                found.append(f"{entity} {key} is back")
        elif there is None and (entity, key) not in deleted:
            found.append(f"{entity} {key} is gone")
        elif there is not None and there < version:
            found.append(f"{entity} {key} has version {there}, {version} was acknowledged")
    return found


def _versions(session: Session, entities: set[str]) -> Versions:
    rows: Versions = {}
    read = Uuid().process_result_value
    for entity in entities:
        for key, version in session.connection().exec_driver_sql(f"SELECT id, version FROM {entity}"):
            rows[(entity, read(key, session.get_bind().dialect).hex)] = version  # type: ignore[union-attr]
    return rows


def require_whole(shop: Path, known: Known, copies: Path) -> None:
    """Open the shop as after the crash: sound, and nothing acknowledged is missing."""
    opened = shops.open_shop(shop)  # the dead program's lock is free again
    try:
        with opened.database.read() as session:
            assert check.run(session) == []
            missing = lost(session, known)
            if missing and known.undecided:  # killed while restoring: either is right, half of it is not
                known.go_back(known.undecided)
                missing = lost(session, known)
            assert missing == []
            codes = sorted(session.scalars(select(Customer.code).where(Customer.code.like("C0%"))))
            assert len(codes) == len(set(codes))
    finally:
        opened.close()
    known.undecided = ""
    for copy in copies.glob("*.dcrm"):
        backup.check(copy)


def test_the_writer_writes_every_kind(empty_shop_file: Path, tmp_path: Path, source: Path) -> None:
    shop = Path(shutil.copy(empty_shop_file, tmp_path))
    every_write.write_on(str(shop), str(tmp_path / "notes"), str(shutil.copytree(source, tmp_path / "in")), SEED, 1)
    known = Known()
    notes = notes_in(tmp_path / "notes")
    for line in notes:
        known.hear(line)
    assert notes[-1]["action"] == "end"
    assert len({line["action"] for line in notes}) > 55
    require_whole(shop, known, tmp_path / "copies")


def test_what_is_missing_is_found(shop: Shop) -> None:
    key = customer(shop)
    known = Known()
    known.hear({"action": "x", "batch": "0" * 32, "entries": 2, "rows": [["customer", key.hex, 2]]})
    known.hear({"action": "x", "batch": "1" * 32, "entries": 0, "rows": [["customer", "2" * 32, 1]]})
    with shop.database.read() as session:
        assert lost(session, known) == [
            f"batch {'0' * 32}: 0 of 2 entries",
            f"customer {key.hex} has version 1, 2 was acknowledged",
            f"customer {'2' * 32} is gone",
        ]


def test_nothing_acknowledged_is_lost(empty_shop_file: Path, tmp_path: Path, source: Path) -> None:
    chance = random.Random(SEED)
    acknowledged: Counter[str] = Counter()
    began, done = time.monotonic(), 0
    for number in range(ROUNDS):
        if time.monotonic() - began > SECONDS:
            break
        done = number + 1
        folder = tmp_path / str(number // FRESH)
        if number % FRESH == 0:
            folder.mkdir()
            shop = Path(shutil.copy(empty_shop_file, folder))
            shutil.copytree(source, folder / "in")
            known = Known()
        notes = folder / f"notes-{number}"
        seed, after, seconds = chance.randrange(10**9), chance.randrange(1, 25), chance.uniform(0, 0.03)
        for line in kill_while_writing(shop, notes, folder / "in", seed, after, seconds):
            known.hear(line)
            acknowledged[line["action"]] += 1
        try:
            require_whole(shop, known, folder / "copies")
        except AssertionError as error:
            raise AssertionError(f"KILL_SEED={SEED}, round {number}") from error
        shutil.rmtree(folder / "copies", ignore_errors=True)
    total = sum(acknowledged.values())
    print(f"{done} rounds, {total} writes of {len(acknowledged)} kinds, {time.monotonic() - began:.0f} s, seed {SEED}")
    assert total > done
