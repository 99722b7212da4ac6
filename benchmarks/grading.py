"""Grading the big sample shop for the first time and again, against one SQL statement that only adds up."""

from __future__ import annotations

import random
from contextlib import closing
from pathlib import Path

from sqlcipher3 import dbapi2

from benchmarks import shops
from benchmarks.measuring import Line, median, milliseconds, spread, times
from desktop_crm.core.dates import add_months, clock
from desktop_crm.models.grading import GRADES
from desktop_crm.services import grading
from desktop_crm.services.shops import open_shop
from desktop_crm.store.database import Database

REPEATS, MOVING = 5, 0.03
FIRST_BAR, REPEAT_BAR = 4.0, 1.0
ADD_UP = (
    "SELECT customer_id, count(*), sum(home_net), max(ordered_on) FROM customer_order"
    " WHERE state <> 'cancelled' AND ordered_on > ? GROUP BY customer_id"
)
FORGET = (
    "DELETE FROM grade_change",
    "DELETE FROM grading_run",
    "UPDATE customer_figures SET grade = '', previous_grade = ''",
)


def lines() -> list[Line]:
    """First run and repeat run, each from preview to the commit."""
    with shops.scratch(shops.sample_shop(shops.BIG)) as path:
        _run(path, *FORGET)
        bare = _add_up(path)
        shop = open_shop(path)
        try:
            first = milliseconds(lambda: _grade(shop.database))
            again = []
            for number in range(REPEATS):
                _scatter(path, number)
                again.append(milliseconds(lambda: _grade(shop.database)))
        finally:
            shop.close()
    against, reference = "SQL that adds up each customer's year", median(bare) / 1000
    return [
        Line("Grade 100,000 customers, first run", first / 1000, "s", FIRST_BAR, reference, against),
        Line(
            "Grade again where 3 % move, median",
            median(again) / 1000,
            "s",
            REPEAT_BAR,
            reference,
            against,
            details=spread(again),
        ),
    ]


def _grade(database: Database) -> None:
    with database.read() as session:
        preview = grading.preview(session)
    database.run(grading.apply, preview)


def _scatter(path: Path, seed: int) -> None:
    """Give some customers another grade than the scheme does, so that so many move in the next run."""
    chance = random.Random(seed)
    with closing(dbapi2.connect(str(path), isolation_level=None)) as raw:
        standing = raw.execute("SELECT customer_id, grade FROM customer_figures WHERE archived = 0").fetchall()
        chosen = chance.sample(standing, round(len(standing) * MOVING))
        changes = [(chance.choice([other for other in GRADES if other != grade]), key) for key, grade in chosen]
        raw.execute("BEGIN IMMEDIATE")
        raw.executemany("UPDATE customer_figures SET grade = ? WHERE customer_id = ?", changes)
        raw.execute("COMMIT")


def _add_up(path: Path) -> list[float]:
    start = add_months(clock.today(), -12).isoformat()
    with closing(dbapi2.connect(str(path))) as raw:
        return times(lambda: raw.execute(ADD_UP, (start,)).fetchall(), 3)


def _run(path: Path, *statements: str) -> None:
    with closing(dbapi2.connect(str(path), isolation_level=None)) as raw:
        for statement in statements:
            raw.execute(statement)
