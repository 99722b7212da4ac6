"""Grading a shop: preview, apply, undo, history, and what is left behind in the file."""

from __future__ import annotations

import datetime as dt
import pickle
import uuid
from decimal import Decimal

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import translator
from desktop_crm.models import Customer, CustomerFigures, GradeChange, GradingRun, JournalEntry, Order, ServiceLevel
from desktop_crm.models.grading import GradeLimits
from desktop_crm.models.order import OrderState
from desktop_crm.services import figures, grading, grading_pictures, grading_scheme
from desktop_crm.services.shops import Shop

TODAY = dt.date(2026, 11, 21)
EN, ZH = translator("en"), translator("zh_TW")


@pytest.fixture(autouse=True)
def _today(clock_at: object) -> None:
    clock_at("2026-11-21 09:00")  # type: ignore[operator]


def add_customer(session: Session, number: int) -> uuid.UUID:
    customer = Customer(code=f"T{number:03}", name=f"客戶{number}")
    session.add(customer)
    session.flush()
    return customer.id


def add_order(
    session: Session, customer: uuid.UUID, day: dt.date, net: int, cost: int | None = 0, **more: object
) -> None:
    count = session.scalar(select(func.count()).select_from(Order))
    order = Order(number=f"T-{count}", customer_id=customer, ordered_on=day, home_net=net, home_cost=cost, total=net)
    order.home_total, order.net, order.paid = net, net, net
    for name, value in more.items():
        setattr(order, name, value)
    session.add(order)
    session.flush()


def fill(shop: Shop, count: int = 20) -> list[uuid.UUID]:
    """``count`` customers; the first ordered most, the last not at all."""
    with shop.database.write("test.fill") as session:
        ids = [add_customer(session, number) for number in range(count)]
        for place, customer in enumerate(ids[:-1]):
            for turn in range(1 + (count - place) // 5):
                add_order(session, customer, TODAY - dt.timedelta(days=10 * place + turn), 1000 * (count - place), 700)
    return ids


def grades(session: Session) -> dict[uuid.UUID, tuple[str, str]]:
    query = select(CustomerFigures.customer_id, CustomerFigures.grade, CustomerFigures.previous_grade)
    return {row[0]: (row[1], row[2]) for row in session.execute(query)}


def apply(shop: Shop, accepted: set[uuid.UUID] | None = None) -> uuid.UUID:
    with shop.database.read() as session:
        plan = grading.preview(session)
    return shop.database.run(grading.apply, plan, accepted).result


def test_first_grading(shop: Shop) -> None:
    ids = fill(shop)
    with shop.database.read() as session:
        plan = grading.preview(session)
        assert grades(session)[ids[0]] == ("", "")
    assert [(share.grade, share.customers) for share in plan.shares] == [("A", 1), ("B", 3), ("C", 6), ("D", 10)]
    assert len(plan.movers) == 20
    assert plan.movers[0].customer_id == ids[0]
    assert plan.movers[0].name == "客戶0"
    assert plan.movers[0].reasons[0].text(ZH) == "首次分級"
    assert sum(map(sum, plan.heat)) == 20
    assert plan.revenue == sum(share.revenue for share in plan.shares)
    outcome = shop.database.run(grading.apply, plan)
    assert outcome.changed.entities["customer"] == set(ids)
    with shop.database.read() as session:
        assert grades(session)[ids[0]] == ("A", "")
        assert grades(session)[ids[-1]] == ("D", "")
        assert plan.customers_in_cell(5, 5)[0] == ids[0]


def test_one_journal_entry_per_run(shop: Shop) -> None:
    fill(shop)
    with shop.database.read() as session:
        before = session.scalar(select(func.count()).select_from(JournalEntry))
    apply(shop)
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).select_from(JournalEntry)) == before + 1
        entry = session.scalars(select(JournalEntry).order_by(JournalEntry.sequence.desc()).limit(1)).one()
        assert (entry.action, entry.entity, entry.changes["counts"]["moved"]) == ("grading.apply", "grading_run", 20)


def test_second_run_stores_movers_only_and_can_be_undone(shop: Shop) -> None:
    ids = fill(shop)
    first = apply(shop)
    with shop.database.write("test.order") as session:
        add_order(session, ids[12], TODAY, 500_000, 100_000)
    with shop.database.read() as session:
        before = grades(session)
        plan = grading.preview(session)
    assert ids[12] in {mover.customer_id for mover in plan.movers}
    assert len(plan.movers) < 20
    run = shop.database.run(grading.apply, plan).result
    with shop.database.read() as session:
        now = grades(session)
        assert now[ids[12]] == (next(m.new_grade for m in plan.movers if m.customer_id == ids[12]), before[ids[12]][0])
        assert session.scalar(select(func.count()).where(GradeChange.run_id == run)) == len(plan.movers)
        assert [row.can_undo for row in grading.runs(session)] == [True, False]
        steps = grading.history(session, ids[12])
        assert [step.run_id for step in steps] == [run, first]
        assert steps[0].reasons[0].text(EN) == "New: 3 orders, NT$\N{NO-BREAK SPACE}516,000"
    with pytest.raises(UserError):
        shop.database.run(grading.undo, first)
    shop.database.run(grading.undo, run)
    with shop.database.read() as session:
        assert grades(session) == before
        assert grading.history(session, ids[12])[0].undone
        assert session.scalar(select(GradingRun.version).where(GradingRun.id == run)) == 2
    shop.database.run(grading.undo, first)
    with shop.database.read() as session:
        assert set(grades(session).values()) == {("", "")}
    with pytest.raises(UserError):
        shop.database.run(grading.undo, first)


def test_rebuilt_figures_know_the_same_grades(shop: Shop) -> None:
    ids = fill(shop)
    apply(shop)
    with shop.database.write("test.order") as session:
        add_order(session, ids[15], TODAY, 900_000)
    apply(shop)
    with shop.database.read() as session:
        before = grades(session)
    shop.database.run(figures.rebuild)
    with shop.database.read() as session:
        assert grades(session) == before


def test_only_accepted_movers_move(shop: Shop) -> None:
    ids = fill(shop)
    apply(shop, {ids[0], ids[3]})
    with shop.database.read() as session:
        assert {key for key, (grade, _old) in grades(session).items() if grade} == {ids[0], ids[3]}


def test_archived_customers_take_no_part(shop: Shop) -> None:
    ids = fill(shop)
    with shop.database.write("test.archive") as session:
        session.get_one(Customer, ids[0]).archived_at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    with shop.database.read() as session:
        plan = grading.preview(session)
    assert plan.customers == 19
    assert ids[0] not in {mover.customer_id for mover in plan.movers}
    with shop.database.write("test.archive") as session:
        session.get_one(Customer, ids[1]).archived_at = dt.datetime(2026, 11, 1, tzinfo=dt.UTC)
    shop.database.run(grading.apply, plan)
    with shop.database.read() as session:
        assert grades(session)[ids[1]] == ("", "")


def test_stale_preview_is_refused(shop: Shop) -> None:
    fill(shop)
    with shop.database.read() as session:
        plan = grading.preview(session)
    shop.database.run(grading.apply, plan)
    with pytest.raises(UserError):
        shop.database.run(grading.apply, plan)


def test_period_edges_cancelled_orders_and_unknown_cost(shop: Shop) -> None:
    with shop.database.write("test.fill") as session:
        (one,) = [add_customer(session, 1)]
        add_order(session, one, dt.date(2025, 11, 21), 1)  # the day before the period
        add_order(session, one, dt.date(2025, 11, 22), 10, 4)
        add_order(session, one, TODAY, 100, None)
        add_order(session, one, TODAY + dt.timedelta(days=1), 1000)
        add_order(session, one, TODAY, 10_000, state=OrderState.CANCELLED)
    with shop.database.read() as session:
        plan = grading.preview(session)
        shown = session.execute(select(CustomerFigures.revenue_12m, CustomerFigures.margin_12m)).one()
    assert plan.period_start == dt.date(2025, 11, 22)
    assert (plan.revenue, plan.margin) == (110, 6)
    assert tuple(shown) == (plan.revenue, plan.margin)


def test_explanation(shop: Shop) -> None:
    ids = fill(shop)
    with shop.database.read() as session:
        assert grading.explain(session, ids[0]).title(EN) == "No grade yet"
    with shop.database.write("test.paid") as session:
        for order in session.scalars(select(Order).where(Order.customer_id == ids[0])):
            order.due_on, order.paid_on = TODAY, TODAY - dt.timedelta(days=2)
    apply(shop)
    with shop.database.read() as session:
        why = grading.explain(session, ids[0])
        nothing = grading.explain(session, ids[-1])
    assert why.title(ZH) == "為什麼是 A？"
    assert why.text(ZH) == "營收排名前 5%，訂購 5 次，毛利 97%，付款平均提早 2 天。"
    assert [reason.msgid for reason in nothing.reasons] == ["No orders in the period"]


def test_scheme_can_be_changed_within_reason(shop: Shop) -> None:
    fill(shop)
    apply(shop)
    change = grading_scheme.update_scheme
    for wrong in (
        {"weights": {"revenue": 50, "margin": 49}},
        {"weights": {"revenue": 150, "margin": -50}},
        {"limits": (20, 5, 50)},
        {"limits": (0, 5, 50)},
        {"limits": (Decimal("NaN"), 5, 50)},
        {"period_months": 0},
    ):
        with pytest.raises(UserError):
            shop.database.run(change, **wrong)  # type: ignore[arg-type]
    shop.database.run(change, limits_by=GradeLimits.REVENUE, weights={"revenue": 100}, period_months=24)
    with shop.database.read() as session:
        scheme = grading_scheme.load(session)
        plan = grading.preview(session)
    assert scheme.limits == (80, 95, 100)
    assert scheme.weights == {"revenue": 100, "frequency": 0, "recency": 0, "margin": 0}
    assert {mover.reasons[0].msgid for mover in plan.movers} == {"The grading criteria were changed"}
    best = next(share for share in plan.shares if share.grade == "A")
    assert 0.8 <= best.revenue_share < 0.9


def test_default_service_levels_as_drawn(shop: Shop) -> None:
    with shop.database.read() as session:
        levels = session.scalars(select(ServiceLevel).order_by(ServiceLevel.grade)).all()
    shown = [
        (
            grading_scheme.response_text(ZH, level.response_hours),
            grading_scheme.contact_text(ZH, level.contact_days, level.contact_kind),
            level.payment_terms,
            level.extras,
        )
        for level in levels
    ]
    assert shown == [
        ("4 小時", "每月拜訪", "月結 60 天", "年度檢視"),
        ("1 天", "每季電話", "月結 30 天", ""),
        ("3 天", "半年一次", "貨到付款", ""),
        ("1 週", "行銷通知", "預付", ""),
    ]


def test_movers_are_a_sequence_also_after_the_way_from_the_worker(sample_shop: Shop) -> None:
    with sample_shop.database.read() as session:
        found = grading.preview(session).movers
    movers = list(found)
    assert len(found) == len(movers) > 5
    assert {mover.old_grade for mover in movers} - set("ABCD") <= {""}
    arrived = pickle.loads(pickle.dumps(found))
    assert list(arrived) == movers
    assert (arrived[2:4], arrived[-1]) == (movers[2:4], movers[-1])
    assert list(arrived.only([4, 0])) == [movers[4], movers[0]]
    with pytest.raises(IndexError):
        arrived[len(movers)]


def test_a_run_keeps_its_pictures_with_the_grades_as_accepted(sample_shop: Shop) -> None:
    with sample_shop.database.read() as session:
        plan = grading.preview(session)
    mover = plan.movers[0]
    sample_shop.database.run(grading.apply, plan, left_out=[mover.customer_id])
    with sample_shop.database.read() as session:
        standing = grading_pictures.standing(session)
        now = grading.preview(session)
    assert standing is not None
    assert standing.pictures is not None
    assert standing.pictures.shares == now.present != plan.shares
    assert (standing.pictures.heat, standing.pictures.top_shares) == (plan.heat, plan.top_shares)
    assert [found.customer_id for found in now.movers] == [mover.customer_id]
