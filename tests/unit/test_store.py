"""Read and write sessions: who may write, what is rolled back, how several writers get along."""

from __future__ import annotations

import datetime as dt
import shutil
import subprocess
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import func, select, text, update
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import EnvironmentFault, UserError
from desktop_crm.core.settings import Trade
from desktop_crm.models import Counter, Customer, Device, FollowUp, JournalEntry, Setting
from desktop_crm.services import check, customer_card, customers, followups, interactions, numbering, settings, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.shops import Shop
from desktop_crm.store.database import Database

WRITERS, SAVES = 3, 20


def state(shop: Shop) -> tuple[int, int, int]:
    """Customers, journal entries, numbers given out."""
    with shop.database.read() as session:
        counts = [session.scalar(select(func.count()).select_from(model)) for model in (Customer, JournalEntry)]
        return counts[0] or 0, counts[1] or 0, session.scalar(select(func.sum(Counter.last))) or 0


def create(shop: Shop, name: str = "宏益建設有限公司") -> None:
    shop.database.run(customers.create, CustomerForm({"name": name}))


def test_the_connection_has_the_settings_that_keep_data(shop: Shop) -> None:
    expected = {
        "journal_mode": "wal",
        "synchronous": 2,
        "foreign_keys": 1,
        "trusted_schema": 0,
        "cell_size_check": 1,
        "mmap_size": 0,
        "secure_delete": 1,
        "busy_timeout": 5000,
        "temp_store": 1,
    }
    with shop.database.read() as session:
        assert {name: session.scalar(text(f"PRAGMA {name}")) for name in expected} == expected


def test_a_read_session_cannot_write(shop: Shop) -> None:
    before = state(shop)
    with pytest.raises(EnvironmentFault), shop.database.read() as session:
        session.execute(text("DELETE FROM setting"))
    assert state(shop) == before
    create(shop)  # the same pooled connection may write again
    assert state(shop)[0] == before[0] + 1


def test_a_read_session_sees_one_moment(shop: Shop) -> None:
    with shop.database.read() as session:
        count = select(func.count()).select_from(Customer)
        before = session.scalar(count)
        create(shop)
        assert session.scalar(count) == before
    assert state(shop)[0] == (before or 0) + 1


def test_an_exception_takes_the_whole_transaction_back(shop: Shop) -> None:
    before = state(shop)

    def fail_late(session: Session) -> None:
        customers.create(session, CustomerForm({"name": "宏益"}))
        session.flush()
        raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        shop.database.run(fail_late)
    assert state(shop) == before
    with shop.database.read() as session:
        assert check.run(session) == []


def test_a_refused_change_takes_the_number_back(shop: Shop) -> None:
    create(shop)
    before = state(shop)
    with pytest.raises(UserError):
        create(shop, "")

    def create_two(session: Session) -> None:
        customers.create(session, CustomerForm({"name": "永昌"}))
        customers.create(session, CustomerForm({"name": "x" * 301}))

    with pytest.raises(UserError):
        shop.database.run(create_two)
    assert state(shop) == before


def test_a_record_changed_underneath_is_told(shop: Shop) -> None:
    create(shop)

    def change_behind_its_back(session: Session) -> None:
        customer = session.scalars(select(Customer)).one()
        raised = update(Customer).values(version=Customer.version + 1)
        session.execute(raised, execution_options={"synchronize_session": False})
        customer.name = "永昌"

    with pytest.raises(UserError, match="Somebody else changed this record"):
        shop.database.run(change_behind_its_back)
    with shop.database.read() as session:
        assert session.scalars(select(Customer.name)).one() == "宏益建設有限公司"


def test_a_writer_waiting_too_long_is_told(shop: Shop) -> None:
    impatient = Database(shop.database.path)
    with impatient.read() as session:  # a connection is made, told to wait no longer, and kept in the pool
        session.execute(text("PRAGMA busy_timeout = 20"))
    with shop.database.write("test") as session:
        session.execute(text("SELECT 1"))
        with pytest.raises(EnvironmentFault, match="Another program is writing"):
            impatient.run(customers.create, CustomerForm({"name": "永昌"}))
    impatient.close()


def test_data_version_tells_of_another_program(shop: Shop) -> None:
    other = Database(shop.database.path)
    with shop.database.read() as session:
        before = shop.database.data_version(session)
        session.rollback()
        with other.write("test") as elsewhere:
            elsewhere.add(Setting(key="from-elsewhere", value=1))
        assert shop.database.data_version(session) != before
    other.close()


def test_three_threads_write_without_failing_and_without_gaps(shop: Shop) -> None:
    today = clock.today()

    def save(_: int) -> list[str]:
        numbers = []
        for place in range(SAVES):
            try:
                with shop.database.write("test") as session:
                    numbers.append(numbering.next_number(session, "order", today))
                    settings.put(session, "last", numbers[-1])
                    if place % 5 == 4:
                        raise ZeroDivisionError
            except ZeroDivisionError:
                numbers.pop()
        return numbers

    with ThreadPoolExecutor(WRITERS) as pool:
        given = [number for numbers in pool.map(save, range(WRITERS)) for number in numbers]
    kept = WRITERS * (SAVES - SAVES // 5)
    assert sorted(given) == [f"S{today.year}-{number:04}" for number in range(1, kept + 1)]
    with shop.database.read() as session:
        assert check.run(session) == []


PROCESS = """
import sys
from pathlib import Path
from desktop_crm.services import customers, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.store import shop_file
database = shop_file.open_existing(Path(sys.argv[1]), shops.keep_derived)
for number in range(int(sys.argv[2])):
    try:
        with database.write("test") as session:
            customers.create(session, CustomerForm({"name": f"{sys.argv[3]}-{number}"}))
            if number % 5 == 4:
                raise ZeroDivisionError
    except ZeroDivisionError:
        pass
database.close()
"""


def test_three_processes_write_without_failing_and_without_gaps(empty_shop_file: Path, tmp_path: Path) -> None:
    file = Path(shutil.copy(empty_shop_file, tmp_path))
    root = Path(__file__).resolve().parents[2]
    writers = [
        subprocess.Popen(
            [sys.executable, "-c", PROCESS, str(file), str(SAVES), str(number)],
            cwd=root,
            stderr=subprocess.PIPE,
            text=True,
        )
        for number in range(WRITERS)
    ]
    for writer in writers:
        _, errors = writer.communicate(timeout=60)
        assert writer.returncode == 0, errors
    shop = shops.open_shop(file)
    with shop.database.read() as session:
        codes = sorted(session.scalars(select(Customer.code)))
        assert codes == [f"C{number:05}" for number in range(1, WRITERS * (SAVES - SAVES // 5) + 1)]
        assert check.run(session) == []
    shop.close()


def test_records_say_which_computer_made_them(shop: Shop) -> None:
    shop.database.device = 7
    create(shop)
    with shop.database.read() as session:
        assert session.scalars(select(Customer.created_by_device)).one() == 7
        assert session.scalars(select(Device.created_by_device)).one() == 1
        assert session.scalar(select(func.max(JournalEntry.sequence)).where(JournalEntry.device == 7))


def test_days_are_those_of_the_opened_shop(
    shop: Shop, clock_at: Callable[[str], dt.datetime], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(clock, "zone", clock.zone)  # to be put back
    shop.database.run(settings.save, Trade(zone="America/New_York"))
    shop.close()
    moment = clock_at("2026-11-21 09:00")
    again = shops.open_shop(shop.database.path)
    assert clock.today() == dt.date(2026, 11, 20)
    key = again.database.run(customers.create, CustomerForm({"name": "Hudson Plumbing"})).result
    again.database.run(interactions.record, key, "call", "hello", happened_at=moment)
    planned = again.database.run(followups.plan, key, "call back", clock.today()).result
    with again.database.read() as session:
        assert [item.on for item in customer_card.timeline(session, key)] == [dt.date(2026, 11, 20)]
        assert session.get_one(FollowUp, planned).zone == "America/New_York"
        assert check.run(session) == []
    again.close()


def test_a_write_says_what_it_changed_and_nothing_more(shop: Shop) -> None:
    made = shop.database.run(customers.create, CustomerForm({"name": "宏益"}))
    assert made.changed.action == "customers.create"
    assert made.changed.entities == {"customer": frozenset({made.result})}
    same = shop.database.run(customers.update, made.result, CustomerForm({"name": "宏益"}))
    assert same.changed.entities == {}
