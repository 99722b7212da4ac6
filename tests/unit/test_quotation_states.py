"""Quotations: their states, lapsing, accepting, and the list by state."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from itertools import product

import pytest
from sqlalchemy import select

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.core.i18n import translator
from desktop_crm.models import FollowUp, Quotation
from desktop_crm.models.quotation import TRANSITIONS, QuotationState
from desktop_crm.services import order_list, quotation_list, quotations
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.order_list import OrderQuery
from desktop_crm.services.quotation_list import QuotationQuery
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, draft, draw, issued, item, order_card, read, view, write

DAY = dt.timedelta(days=1)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")  # a Saturday


VERBS: dict[str, tuple[str, Callable[[Shop, object], object]]] = {
    "mark_sent": ("sent", lambda shop, key: write(shop, quotations.mark_sent, key)),
    "decline": ("declined", lambda shop, key: write(shop, quotations.decline, key, "價格")),
    "cancel": ("cancelled", lambda shop, key: write(shop, quotations.cancel, key)),
    "accept": ("accepted", lambda shop, key: write(shop, quotations.accept, key, 1, TODAY)),
    "reopen": ("issued", lambda shop, key: write(shop, quotations.reopen, key, TODAY + DAY)),
}


@pytest.mark.parametrize(("state", "verb"), list(product(QuotationState, VERBS)))
def test_states_move_only_along_the_arrows(shop: Shop, state: str, verb: str) -> None:
    """Every verb from every state: it works exactly when the view offers it and the table allows it."""
    quotation = draft(shop, customer(shop), [item()])
    if state != "draft":
        write(shop, quotations.issue, quotation, draw)
        with shop.database.write("test") as session:
            session.get_one(Quotation, quotation).state = state
    target, run = VERBS[verb]
    offered = verb in view(shop, quotation).actions
    allowed = target in TRANSITIONS[state] or (state, target) == ("expired", "accepted")
    if verb == "reopen":  # the other ways to "issued" are a first issue and a new revision
        allowed = state in ("declined", "expired")
    if verb == "mark_sent":  # the other ways to "sent" are reopening what was sent before
        allowed = state == "issued"
    assert offered == allowed
    if allowed:
        run(shop, quotation)
        assert view(shop, quotation).state == target
    else:
        with pytest.raises(UserError):
            run(shop, quotation)
        assert view(shop, quotation).state == state


def test_offers_lapse_by_the_calendar(shop: Shop) -> None:
    buyer = customer(shop)
    today, tomorrow, open_end = (issued(shop, buyer, valid_until=day) for day in (TODAY, TODAY + DAY, None))
    waiting = draft(shop, buyer, [item()], valid_until=TODAY)
    assert write(shop, quotations.expire_due, TODAY) == 0
    assert write(shop, quotations.expire_due, TODAY + DAY) == 1
    states = [view(shop, key).state for key in (today, tomorrow, open_end, waiting)]
    assert states == ["expired", "issued", "issued", "draft"]
    write(shop, quotations.reopen, today, TODAY + 9 * DAY)
    assert (view(shop, today).state, view(shop, today).header.valid_until) == ("issued", TODAY + 9 * DAY)


def test_only_the_latest_issued_revision_decides_about_lapsing(shop: Shop) -> None:
    quotation = issued(shop, customer(shop), valid_until=TODAY)
    write(shop, quotations.new_revision, quotation)
    write(shop, quotations.issue, quotation, draw)
    assert write(shop, quotations.expire_due, TODAY + DAY) == 0


def test_accept_an_older_lapsed_revision_asks_and_extends(shop: Shop) -> None:
    quotation = issued(shop, customer(shop), [item(price=100)], valid_until=TODAY)
    write(shop, quotations.new_revision, quotation)
    write(shop, quotations.save_draft, quotation, view(shop, quotation).header, [item(price=200)])
    write(shop, quotations.issue, quotation, draw)
    late = TODAY + 2 * DAY
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, quotations.accept, quotation, 1, late)
    assert asked.value.key == "extend_and_accept"
    key = write(shop, quotations.accept, quotation, 1, late, confirmed={"extend_and_accept"})
    found = view(shop, quotation, 1)
    assert (found.state, found.accepted_revision, found.header.valid_until) == ("accepted", 1, late)
    made = order_card(shop, key)
    for typed in (found.number, (found.number or "")[-4:]):  # people name the number of the offer they accepted
        rows = read(shop, order_list.window, OrderQuery(TODAY, filter="all", text=typed), 0, 9)
        assert key in [row.id for row in rows]
    assert read(shop, order_list.count, OrderQuery(TODAY, filter="all", text="Q1999-0001")) == 0
    assert (made.total, made.ordered_on, made.quotation_id, made.quotation_revision) == (105, late, quotation, 1)
    assert (found.order_id, found.order_number) == (key, made.number)
    with pytest.raises(UserError):
        write(shop, quotations.accept, quotation, 2, late)


def test_accept_refuses_a_draft_and_takes_chosen_options(shop: Shop) -> None:
    lines = [item("base", price=100), item("extra", price=50, kind="option"), DraftLine("text", kind="note")]
    quotation = draft(shop, customer(shop), lines)
    with pytest.raises(UserError):
        write(shop, quotations.accept, quotation, 1, TODAY)
    with pytest.raises(UserError):
        write(shop, quotations.accept, quotation, 7, TODAY)
    write(shop, quotations.issue, quotation, draw)
    chosen = [line.id for line in view(shop, quotation).lines]
    made = order_card(shop, write(shop, quotations.accept, quotation, 1, TODAY, chosen))
    assert [line.name for line in made.lines] == ["base", "extra"]
    assert made.net == 150


def test_answer_closes_the_follow_up(shop: Shop) -> None:
    write(shop, quotations.decline, issued(shop, customer(shop)), "太貴")
    with shop.database.read() as session:
        state, outcome = session.execute(select(FollowUp.state, FollowUp.outcome)).one()
    assert (state, outcome) == ("done", translator("zh_TW")("Declined"))


def test_list_filters_sorts_searches_and_counts(shop: Shop) -> None:
    first, second = customer(shop, "宏益建設"), customer(shop, "青田咖啡館")
    small = issued(shop, first, [item(price=10)], project_name="100%_冷卻塔")
    large = draft(shop, second, [item(price=99)])

    def found(**query: object) -> list[object]:
        rows = read(shop, quotation_list.window, QuotationQuery(**query), 0, 50, TODAY)  # type: ignore[arg-type]
        assert len(rows) == read(shop, quotation_list.count, QuotationQuery(**query))  # type: ignore[arg-type]
        return [row.id for row in rows]

    assert found() == [large, small]
    assert found(sort="total") == [small, large]
    assert found(sort="total", descending=True) == [large, small]
    assert found(sort="number") == [small, large]
    assert found(filter="draft") == [large]
    assert found(customer_id=first) == [small]
    assert found(text="咖啡") == [large]
    assert found(text="hyjs") == [small]
    assert found(text="0%_冷") == [small]
    assert found(text="q2026-0001") == [small]
    assert found(text="_") == [small]
    assert found(text="nothing") == []
    assert set(found(sort="customer")) == {small, large}
    counts = read(shop, quotation_list.counts)
    assert (counts["open"], counts["draft"], counts["issued"], counts["all"]) == (2, 1, 1, 2)
    rows = read(shop, quotation_list.window, QuotationQuery(filter="issued"), 0, 50, TODAY)
    assert (rows[0].days_left, rows[0].customer, rows[0].total) == (30, "宏益建設", 11)
