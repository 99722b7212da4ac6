"""Making a sample shop of any size; the same seed and date give the same shop."""

from __future__ import annotations

import datetime as dt
import gc
from collections.abc import Callable
from pathlib import Path

import numpy as np
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services import figures, grading, grading_scheme, search_documents
from desktop_crm.services.sample import catalogue, plan, scenes
from desktop_crm.services.sample.baskets import Baskets
from desktop_crm.services.sample.bulk import Bulk, loading
from desktop_crm.services.sample.numbers import Numbers
from desktop_crm.services.sample.people import People
from desktop_crm.services.sample.plan import DAYS, Plan
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.trade import LOOK_AHEAD, Trade
from desktop_crm.services.sample.words import words
from desktop_crm.services.shops import keep_derived
from desktop_crm.store import journal, shop_file
from desktop_crm.store.database import Database

FEWEST, MOST = 50, 1_000_000
GRADED_DAYS_AGO = 90
Progress = Callable[[float, str], None]
PREPARING = N_("Preparing the sample shop")
TRADING = N_("Making up three years of business")
REBUILDING = N_("Working out figures, grades and the search index")


def create(
    path: Path,
    *,
    customers: int = 200,
    seed: int = 1,
    today: dt.date | None = None,
    progress: Progress | None = None,
) -> Database:
    """Make a shop file with invented customers and three years of business up to ``today``, and open it.

    ``progress`` hears the share that is done (0 to 1) and a msgid of what is being done. Raises UserError
    for a size out of range or when the file exists, EnvironmentFault for an unsafe or read-only place.
    """
    if not FEWEST <= customers <= MOST:
        raise UserError(
            N_("A sample shop has between %(fewest)s and %(most)s customers."), field="customers",
            fewest=FEWEST, most=MOST,
        )  # fmt: skip
    day, tell = today or clock.today(), progress or (lambda _share, _what: None)
    tell(0.0, PREPARING)
    database = shop_file.create(path, keep_derived)
    gc.disable()  # millions of short-lived tuples and no cycles
    try:
        with loading(database) as bulk:
            _generate(bulk, customers, seed, day, tell)
        tell(0.6, REBUILDING)
        with database.write("sample.create") as session:
            _finish(session, day, {"customers": customers, "seed": seed, "today": day.isoformat()})
    except BaseException:
        database.close()
        for suffix in ("", "-wal", "-shm", "-journal"):
            Path(f"{path}{suffix}").unlink(missing_ok=True)
        raise
    finally:
        gc.enable()
    tell(1.0, REBUILDING)
    return database


def _generate(bulk: Bulk, customers: int, seed: int, today: dt.date, tell: Progress) -> None:
    stage = Stage(bulk, customers, seed, today)
    first = stage.date(0)
    drawn = plan.draw(customers, seed, first.weekday(), first.month)
    stage.begin(-1)
    goods = catalogue.write(stage)
    catalogue.write_levels(stage)
    people, numbers, baskets = People(stage, drawn, goods), Numbers(stage), Baskets(seed, short=stage.detail < 1)
    trade = Trade(stage, people, numbers, baskets)
    met = _write_people(stage, people, 0, -1)
    scenes.plan(stage, trade, baskets)
    for day in range(DAYS + 1):
        stage.begin(day)
        met = _write_people(stage, people, met, day)
        _prepare(stage, trade, drawn, day)
        trade.run(day)
        if day % 30 == 0:
            tell(0.6 * day / DAYS, TRADING)
        bulk.pace()
    trade.talk.plan_ahead()
    numbers.write(customers)
    stage.bulk.sum_invoices()


def _write_people(stage: Stage, people: People, met: int, day: int) -> int:
    """Write the customers first met by ``day``; the named ones are in the book from the beginning."""
    starts = people.plan.start
    while met < len(starts) and (starts[met] <= day or met < len(words()["named"])):
        people.write(met, day)
        met += 1
        if met % 1000 == 0:
            stage.bulk.pace()
    return met


def _prepare(stage: Stage, trade: Trade, drawn: Plan, day: int) -> None:
    """Settle the orders that come in ``LOOK_AHEAD`` days; on the first day all before them too."""
    low = (day + LOOK_AHEAD if day else 0) << 32
    high = (day + LOOK_AHEAD + 1) << 32
    events = drawn.events
    for event in events[np.searchsorted(events, low) : np.searchsorted(events, high)].tolist():
        trade.prepare(event >> 32, event & 0xFFFF_FFFF)


def _finish(session: Session, today: dt.date, told: dict[str, object]) -> None:
    """Derived tables, search index and the last quarter's grades."""
    journal.note(session, "customer", None, told)
    grading_scheme.ensure_default_scheme(session)
    figures.rebuild(session, today)
    search_documents.rebuild(session)
    grading.apply(session, grading.preview(session, as_of=today - dt.timedelta(days=GRADED_DAYS_AGO)))
