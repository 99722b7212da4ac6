"""The sample shop: the same every time, sound in its keys and sums, believable in its words and shape."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import ROUND_HALF_UP, Decimal
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from desktop_crm.core.dates import clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import LANGUAGES
from desktop_crm.core.money import LineInput, TaxKind, TaxMode, document_totals
from desktop_crm.core.phones import to_e164
from desktop_crm.core.readings import has_han
from desktop_crm.core.settings import WORDS, Trade
from desktop_crm.core.tax_ids import check_tw_ubn
from desktop_crm.models import (
    Base,
    Cheque,
    ContactPoint,
    Customer,
    CustomerFigures,
    Delivery,
    DeliveryLine,
    FollowUp,
    GradingRun,
    Interaction,
    Order,
    OrderLine,
    Payment,
    PaymentAllocation,
    Product,
    Quotation,
    QuotationLine,
    QuotationRevision,
)
from desktop_crm.models.followup import FollowUpState
from desktop_crm.models.order import DeliveryState, OrderState
from desktop_crm.models.payment import ChequeState, PaymentMethod
from desktop_crm.models.quotation import LineKind, QuotationState
from desktop_crm.services import check, numbering, receivables, sample, settings
from desktop_crm.services.sample.bulk import Keys
from desktop_crm.services.sample.people import ubn
from desktop_crm.services.sample.words import words
from desktop_crm.store.database import Database

TODAY = dt.date(2026, 11, 21)
NOW = dt.datetime(2026, 11, 21, 3, 0, tzinfo=dt.UTC)
OTHERWISE_MADE = {  # by the file itself, or graded at the moment it is made
    "device", "journal", "grading_run", "grading_scheme", "grading_criterion", "grade_change", "blob",
    "customer_figures", "setting",
}  # fmt: skip
PLANNED = {
    ("follow_up", "due_on"), ("customer_order", "promised_on"), ("customer_order", "due_on"),
    ("order_line", "promised_on"), ("quotation_revision", "valid_until"), ("equipment", "warranty_until"),
    ("inspection_plan", "starts_on"), ("inspection_plan", "next_on"), ("cheque", "maturity_on"),
    ("instalment", "due_on"),
    ("customer_figures", "next_follow_up_on"), ("customer_figures", "oldest_due_on"), ("receivable", "due_on"),
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Database]:
    clock.freeze(NOW)
    try:
        database = sample.create(tmp_path_factory.mktemp("made") / "made.dcrm", customers=250, seed=7, today=TODAY)
    finally:
        clock.freeze(None)
    yield database
    database.close()


@pytest.fixture
def session(made: Database) -> Iterator[Session]:
    clock.freeze(NOW)
    with made.read() as session:
        yield session
    clock.freeze(None)


def _contents(path: Path, seed: int) -> dict[str, list[Any]]:
    database = sample.create(path, customers=60, seed=seed, today=TODAY)
    with database.read() as session:
        names = [table.name for table in Base.metadata.sorted_tables if table.name not in OTHERWISE_MADE]
        found = {name: [tuple(row) for row in session.execute(text(f'SELECT * FROM "{name}"'))] for name in names}
    database.close()
    return found


def test_same_seed_and_day_give_the_same_shop_and_another_seed_another(tmp_path: Path) -> None:
    first, second, other = (_contents(tmp_path / f"{i}.dcrm", seed) for i, seed in enumerate((3, 3, 4)))
    for name, rows in first.items():
        assert rows == second[name], name
    assert first["customer_order"] != other["customer_order"]
    assert first["customer"] != other["customer"]


def test_the_file_passes_every_check(session: Session) -> None:
    assert check.run(session) == []


def test_every_column_has_the_stored_form_the_models_read(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        for row in session.execute(select(table)):
            for column in table.columns:
                assert column.nullable or row._mapping[column] is not None, f"{table.name}.{column.name}"


def test_every_state_is_there(session: Session) -> None:
    assert set(session.scalars(select(Quotation.state).distinct())) == set(QuotationState)
    assert set(session.scalars(select(Order.state).distinct())) == set(OrderState)
    assert set(session.scalars(select(Order.delivery_state).distinct())) == set(DeliveryState)
    assert set(session.scalars(select(Payment.method).distinct())) == set(PaymentMethod)
    assert set(session.scalars(select(Cheque.state).distinct())) == set(ChequeState)
    assert {FollowUpState.OPEN, FollowUpState.DONE} <= set(session.scalars(select(FollowUp.state).distinct()))
    assert {LineKind.SECTION, LineKind.OPTION} <= set(session.scalars(select(QuotationLine.kind).distinct()))


def test_quotations_have_revisions_numbers_and_orders(session: Session) -> None:
    drafts = session.scalars(select(Quotation.number).where(Quotation.state == QuotationState.DRAFT)).all()
    assert set(drafts) == {None}
    issued = select(func.count()).where(Quotation.state != QuotationState.DRAFT, Quotation.number.is_(None))
    assert session.scalar(issued) == 0
    assert session.scalar(select(func.count()).where(Quotation.current_revision == 2))
    ordered = set(session.scalars(select(QuotationRevision.quotation_id).join(Order)))
    accepted = set(session.scalars(select(Quotation.id).where(Quotation.state == QuotationState.ACCEPTED)))
    assert ordered == accepted
    soon = select(func.count()).where(
        QuotationRevision.valid_until.between(TODAY + dt.timedelta(2), TODAY + dt.timedelta(3)),
        Quotation.state == QuotationState.SENT,
        Quotation.id == QuotationRevision.quotation_id,
    )
    assert session.scalar(soon)


def test_an_order_says_what_its_accepted_revision_says(session: Session) -> None:
    rows = session.execute(
        select(Order.net, Order.total, QuotationRevision.net, QuotationRevision.total, QuotationRevision.revision,
               Quotation.accepted_revision)
        .join(QuotationRevision, QuotationRevision.id == Order.revision_id)
        .join(Quotation)
    ).all()  # fmt: skip
    assert rows
    assert all(row[0:2] == row[2:4] and row[4] == row[5] for row in rows)


def test_a_few_customers_bring_most_of_the_revenue(session: Session) -> None:
    revenue = sorted(session.scalars(select(CustomerFigures.revenue_12m)), reverse=True)
    top = sum(revenue[: round(len(revenue) * 0.05)]) / sum(revenue)
    assert 0.45 <= top <= 0.75
    sold, cost = session.execute(select(func.sum(Order.home_net), func.sum(Order.home_cost))).one()
    assert 0.2 < (sold - cost) / sold < 0.4


def test_summers_are_stronger_than_winters_and_the_shop_grows(session: Session) -> None:
    def sold(first: dt.date, last: dt.date) -> int:
        return session.scalar(select(func.count()).where(Order.ordered_on.between(first, last))) or 0

    assert sold(dt.date(2026, 6, 1), dt.date(2026, 8, 31)) > 1.15 * sold(dt.date(2025, 12, 1), dt.date(2026, 2, 28))
    assert sold(dt.date(2025, 11, 22), TODAY) > sold(dt.date(2023, 11, 22), dt.date(2024, 11, 21))


def test_documents_agree_with_the_money_engine(session: Session) -> None:
    for order in session.scalars(select(Order).order_by(Order.id).limit(400)):
        lines = session.scalars(
            select(OrderLine).where(OrderLine.order_id == order.id).order_by(OrderLine.position)
        ).all()
        _agree(order, lines, [True] * len(lines))
    for revision in session.scalars(select(QuotationRevision)):
        rows = session.scalars(
            select(QuotationLine).where(QuotationLine.revision_id == revision.id).order_by(QuotationLine.position)
        ).all()
        assert [row.position for row in rows] == list(range(1, len(rows) + 1))
        priced = [row for row in rows if row.kind != LineKind.SECTION]
        _agree(revision, priced, [row.kind == LineKind.ITEM for row in priced])


def _agree(document: Any, lines: Any, counted: list[bool]) -> None:
    inputs = [
        LineInput(row.quantity, row.unit_price, row.discount_percent, TaxKind(row.tax_kind), flag, row.unit_cost)
        for row, flag in zip(lines, counted, strict=True)
    ]
    totals = document_totals(
        inputs, mode=TaxMode(document.tax_mode), tax_percent=document.tax_percent, code=document.currency
    )
    names = ("subtotal", "discount", "net", "tax", "total")
    assert {name: getattr(document, name) for name in names} == {name: getattr(totals, name) for name in names}
    for row, amount in zip(lines, totals.lines, strict=True):
        assert (row.amount, row.net, row.tax, row.gross) == (amount.amount, amount.net, amount.tax, amount.gross)
    if document.currency == "TWD":
        assert (document.home_net, document.home_total, document.home_cost) == (totals.net, totals.total, totals.cost)
    else:
        home = totals.total * document.rate / 100
        assert document.home_total == int(home.to_integral_value(ROUND_HALF_UP))


def test_deliveries_and_payments_follow_their_orders(session: Session) -> None:
    brought = (
        select(DeliveryLine.order_line_id, func.sum(DeliveryLine.quantity).label("quantity"))
        .group_by(DeliveryLine.order_line_id)
        .subquery()
    )
    differing = (
        select(func.count())
        .select_from(OrderLine)
        .outerjoin(brought, brought.c.order_line_id == OrderLine.id)
        .where(func.coalesce(brought.c.quantity, 0) != OrderLine.delivered)
    )
    assert session.scalar(differing) == 0
    early = select(func.count()).select_from(Delivery).join(Order).where(Delivery.delivered_on < Order.ordered_on)
    assert session.scalar(early) == 0
    paid_early = (
        select(func.count())
        .select_from(PaymentAllocation)
        .join(Payment)
        .join(Order)
        .where(Payment.received_on < Order.ordered_on)
    )
    assert session.scalar(paid_early) == 0


def test_all_ages_of_receivables_are_there(session: Session) -> None:
    ageing = receivables.ageing(receivables.open_items(session), TODAY)
    assert all(ageing.buckets())


def test_tax_numbers_are_valid_and_unique(session: Session) -> None:
    numbers = [number for number in session.scalars(select(Customer.tax_number)) if number]
    assert len(numbers) > 80
    assert all(check_tw_ubn(number) for number in numbers)
    assert len(set(numbers)) == len(numbers)
    assert len({ubn(count) for count in range(20_000)}) == 20_000


def test_phone_numbers_are_read_like_typed_ones(session: Session) -> None:
    points = session.execute(
        select(ContactPoint.typed, ContactPoint.e164).where(ContactPoint.kind.in_(("phone", "mobile", "fax")))
    ).all()
    assert len(points) > 250
    assert [typed for typed, e164 in points if to_e164(typed) != e164] == []


def test_texts_are_whole(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        if table.name in {"journal", "blob", "counter"}:
            continue
        for row in session.execute(select(table)):
            for value in row:
                if isinstance(value, str):
                    assert not {"None", "{", "}"} & {value, value[:1], value[-1:]}, (table.name, value)
                    assert value == value.strip(), (table.name, value)
    assert session.scalar(select(func.count()).where(Customer.name == "")) == 0
    assert session.scalar(select(func.count()).where(Interaction.summary == "")) == 0
    assert session.scalar(select(func.count()).where(OrderLine.name == "")) == 0
    assert session.scalar(select(func.count()).where(Order.project_name == "")) == 0


def test_the_terms_are_said_in_every_language(session: Session) -> None:
    trade = settings.load(session, Trade)
    said = {language: trade.words(language) for language in LANGUAGES}
    for name in WORDS:
        assert all(said[language][name] for language in LANGUAGES)
        assert not has_han(said["en"][name])
    assert said["zh_TW"]["notes"] != said["zh_CN"]["notes"]


def test_nothing_but_plans_lies_in_the_future(session: Session) -> None:
    for table in Base.metadata.sorted_tables:
        for column in table.columns:
            if (table.name, column.name) in PLANNED or column.type.python_type not in (dt.date, dt.datetime):
                continue
            latest = session.scalar(select(func.max(column)))
            limit = NOW if isinstance(latest, dt.datetime) else TODAY
            assert latest is None or latest <= limit, f"{table.name}.{column.name}"


def test_plans_are_overdue_due_today_and_later(session: Session) -> None:
    due = session.scalars(select(FollowUp.due_on).where(FollowUp.state == FollowUpState.OPEN)).all()
    assert min(due) < TODAY < max(due)
    assert TODAY in due


def test_the_first_customers_are_the_named_ones(session: Session) -> None:
    named = words()["named"]
    first = session.scalars(select(Customer.name).order_by(Customer.code).limit(len(named))).all()
    assert first == [entry["name"] for entry in named]
    draft = session.execute(
        select(QuotationRevision.total)
        .join(Quotation, Quotation.id == QuotationRevision.quotation_id)
        .where(Quotation.state == QuotationState.DRAFT, QuotationRevision.project_name == "B 棟冷卻塔二期")
    ).all()
    assert [row.total for row in draft] == [286_703]


def test_grades_of_the_last_quarter_stand(session: Session) -> None:
    assert session.scalars(select(GradingRun.as_of)).all() == [TODAY - dt.timedelta(days=90)]
    assert set(session.scalars(select(CustomerFigures.grade).distinct())) >= {"A", "B", "C", "D"}


def test_products_earn_money(session: Session) -> None:
    for price, cost in session.execute(select(Product.list_price, Product.cost)):
        assert Decimal("0.2") <= (price - cost) / price <= Decimal("0.45")


def test_the_shop_is_one_line_of_the_journal(session: Session) -> None:
    rows = session.execute(
        text("SELECT verb, changes FROM journal WHERE action = 'sample.create' AND entity = 'customer'")
    ).all()
    assert [row[0] for row in rows] == ["note"]
    assert json.loads(rows[0][1]) == {"customers": 250, "seed": 7, "today": "2026-11-21"}
    assert (session.scalar(text("SELECT count(*) FROM journal")) or 0) < 20


def test_numbering_goes_on_where_the_sample_stopped(made: Database) -> None:
    with made.read() as session:
        taken = session.scalars(select(Order.number).where(Order.number.like("S2026-%"))).all()
        newest = max(int(number.partition("-")[2]) for number in taken)
    assert len(taken) == newest
    with made.write("test.number") as session:
        assert numbering.next_number(session, "order", TODAY) == f"S2026-{newest + 1:04}"
        assert numbering.next_number(session, "customer", TODAY) == "C00251"
        session.rollback()


def test_indexes_are_all_back(made: Database, empty_shop_file: Path) -> None:
    query = text("SELECT name FROM sqlite_master WHERE type = 'index' ORDER BY name")
    empty = Database(empty_shop_file)
    with made.read() as session, empty.read() as other:
        assert session.scalars(query).all() == other.scalars(query).all()
        assert session.scalar(text("PRAGMA journal_mode")) == "wal"
        assert session.scalar(text("PRAGMA foreign_keys")) == 1
    empty.close()


def test_keys_are_version_seven_and_ascending() -> None:
    import uuid

    keys = Keys(5)
    keys.start(NOW)
    made = [keys.next() for _ in range(1000)]
    assert made == sorted(set(made))
    assert {(uuid.UUID(bytes=key).version, uuid.UUID(bytes=key).variant) for key in made} == {(7, uuid.RFC_4122)}


def test_an_impossible_size_is_refused_and_leaves_no_file(tmp_path: Path) -> None:
    with pytest.raises(UserError):
        sample.create(tmp_path / "small.dcrm", customers=3)
    assert list(tmp_path.iterdir()) == []


def test_a_failure_leaves_no_file(tmp_path: Path) -> None:
    def fail(share: float, _what: str) -> None:
        if share > 0.3:
            raise RuntimeError("stop")

    with pytest.raises(RuntimeError, match="stop"):
        sample.create(tmp_path / "half.dcrm", customers=60, progress=fail)
    assert list(tmp_path.iterdir()) == []
