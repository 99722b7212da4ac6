"""Equipment: cards from delivered lines, acceptance and warranty, taking both back, editing, the screen's lists."""

from __future__ import annotations

import datetime as dt
import uuid
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select

from desktop_crm.core.errors import NeedsConfirmation, UserError
from desktop_crm.models import Equipment, InspectionPlan, Product, Site, Tombstone
from desktop_crm.services import (
    deliveries,
    equipment,
    equipment_card,
    equipment_cards,
    equipment_rows,
    finder,
    history,
    inspections,
    orders,
    products,
    sites,
)
from desktop_crm.services.equipment import warranty_end
from desktop_crm.services.equipment_rows import EquipmentQuery
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, item, order, order_card, read, write

DAY = dt.timedelta(days=1)
NEXT_YEAR = dt.date(2027, 11, 21)


@pytest.fixture(autouse=True)
def _today(clock_at: Callable[[str], dt.datetime]) -> None:
    clock_at("2026-11-21 09:00")


def product(shop: Shop, **values: Any) -> uuid.UUID:
    """Goods that make equipment with two years of warranty and an inspection every quarter."""
    usual = {"name": "冷卻水塔", "makes_equipment": True, "warranty_months": 24, "inspection_months": 3}
    return write(shop, products.create, {**usual, **values})


def cards(shop: Shop) -> list[Equipment]:
    """Every card, the oldest first."""
    with shop.database.read() as session:
        return list(session.scalars(select(Equipment).order_by(Equipment.id)))


def plans(shop: Shop) -> list[InspectionPlan]:
    """Every inspection plan."""
    with shop.database.read() as session:
        return list(session.scalars(select(InspectionPlan).order_by(InspectionPlan.id)))


def ordered(shop: Shop, quantity: str, **values: Any) -> tuple[uuid.UUID, uuid.UUID]:
    """An order of one line that makes equipment, and the line."""
    key = order(shop, customer(shop), lines=[item("冷卻水塔", quantity, product_id=product(shop, **values))])
    return key, order_card(shop, key).lines[0].id


def test_every_whole_piece_gets_a_card(shop: Shop) -> None:
    key, _line = ordered(shop, "12", code="CT-200")
    write(shop, deliveries.deliver, key, TODAY)
    made = cards(shop)
    assert len(made) == 12
    first = made[0]
    assert (first.name, first.model, first.state, first.delivered_on) == ("冷卻水塔", "CT-200", "delivered", TODAY)
    assert (first.accepted_on, first.warranty_until, first.serial) == (None, None, "")
    assert read(shop, equipment_card.load, first.id).order == order_card(shop, key).number


def test_at_the_site_of_another_customer_that_one_uses_it(shop: Shop) -> None:
    user = customer(shop, name="王大明")
    house = write(shop, sites.create, user, {"name": "王宅"})
    key, _line = ordered(shop, "1")
    write(shop, orders.update, key, {"site_id": house})
    write(shop, deliveries.deliver, key, TODAY)
    (card,) = cards(shop)
    assert (card.site_id, card.user_id) == (house, user)
    write(shop, equipment.update, card.id, {"location": "頂樓"})  # site and user agree


@pytest.mark.parametrize(("parts", "made"), [(["2.5"], [2]), (["1.5", "1"], [1, 2]), (["0.5", "0.4"], [0, 0])])
def test_parts_of_pieces_make_none(shop: Shop, parts: list[str], made: list[int]) -> None:
    key, line = ordered(shop, "2.5")
    for part, count in zip(parts, made, strict=True):
        write(shop, deliveries.deliver, key, TODAY, {line: Decimal(part)})
        assert len(cards(shop)) == count


def test_work_free_lines_returns_and_other_goods_make_none(shop: Shop) -> None:
    work = product(shop, name="保養工資", is_work=True)
    goods = product(shop, name="皮帶", makes_equipment=False)
    tower = product(shop)
    lines = [
        item("保養工資", 3, product_id=work),
        item("皮帶", 3, product_id=goods),
        item("雜項", 3),
        item("退回水塔", -1, product_id=tower),
    ]
    write(shop, deliveries.deliver, order(shop, customer(shop), lines=lines), TODAY)
    assert cards(shop) == []


def test_very_many_cards_are_asked_about_and_more_are_not_made(shop: Shop, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(equipment_cards, "MANY", 3)
    monkeypatch.setattr(equipment_cards, "MOST", 6)
    key, line = ordered(shop, "20")
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, deliveries.deliver, key, TODAY, {line: Decimal(4)})
    assert asked.value.key == "many_cards"
    assert order_card(shop, key).deliveries == ()
    write(shop, deliveries.deliver, key, TODAY, {line: Decimal(4)}, confirmed={"many_cards"})
    assert len(cards(shop)) == 4
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, deliveries.deliver, key, TODAY, {line: Decimal(7)}, confirmed={"many_cards"})
    assert asked.value.key == "without_cards"
    write(shop, deliveries.deliver, key, TODAY, {line: Decimal(7)}, confirmed={"without_cards"})
    assert len(cards(shop)) == 4
    assert len(order_card(shop, key).deliveries) == 2


def test_acceptance_begins_warranty_and_inspections_and_is_taken_back(shop: Shop) -> None:
    key, _line = ordered(shop, "2")
    write(shop, deliveries.deliver, key, TODAY)
    signed = dt.date(2026, 11, 30)
    write(shop, deliveries.accept, key, signed)
    for card in cards(shop):
        assert (card.state, card.accepted_on, card.warranty_until) == ("in_use", signed, dt.date(2028, 11, 30))
    assert [(plan.starts_on, plan.next_on) for plan in plans(shop)] == [(dt.date(2027, 2, 28),) * 2] * 2
    write(shop, deliveries.cancel_acceptance, key)
    for card in cards(shop):
        assert (card.state, card.accepted_on, card.warranty_until) == ("delivered", None, None)
    assert plans(shop) == []


def test_without_warranty_and_inspection_the_product_gives_none(shop: Shop) -> None:
    key, _line = ordered(shop, "1", warranty_months=0, inspection_months=0)
    write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.accept, key, TODAY)
    (card,) = cards(shop)
    assert (card.state, card.warranty_until, plans(shop)) == ("in_use", None, [])


def test_a_cancelled_delivery_takes_its_own_cards_alone(shop: Shop) -> None:
    key, line = ordered(shop, "5")
    write(shop, deliveries.deliver, key, TODAY - DAY, {line: Decimal(2)})
    kept = {card.id for card in cards(shop)}
    second = write(shop, deliveries.deliver, key, TODAY, {line: Decimal(3)})
    write(shop, deliveries.cancel_delivery, second)
    assert {card.id for card in cards(shop)} == kept
    with shop.database.read() as session:
        buried = select(func.count()).select_from(Tombstone).where(Tombstone.entity == "equipment")
        assert session.scalar(buried) == 3


def test_cards_somebody_worked_with_stay_and_are_told(shop: Shop) -> None:
    key, _line = ordered(shop, "4")
    delivery = write(shop, deliveries.deliver, key, TODAY)
    edited, planned, visited, _free = cards(shop)
    write(shop, equipment.update, edited.id, {"serial": "SN 1"})
    write(shop, inspections.plan, planned.id, NEXT_YEAR)
    write(shop, inspections.visit_done, visited.id, "試車")
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, deliveries.cancel_delivery, delivery)
    assert (asked.value.key, asked.value.params["count"]) == ("cards_stay", 3)
    assert len(cards(shop)) == 4
    write(shop, deliveries.cancel_delivery, delivery, confirmed={"cards_stay"})
    assert {card.id for card in cards(shop)} == {edited.id, planned.id, visited.id}


def test_an_accepted_card_with_other_warranty_or_visits_stays(shop: Shop) -> None:
    key, _line = ordered(shop, "3")
    write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.accept, key, TODAY)
    longer, visited, free = cards(shop)
    write(shop, equipment.update, longer.id, {"warranty_until": dt.date(2031, 1, 1)})
    plan = next(plan for plan in plans(shop) if plan.equipment_id == visited.id)
    write(shop, inspections.visit_done, visited.id, "首次保養", plan_id=plan.id)
    with pytest.raises(NeedsConfirmation) as asked:
        write(shop, deliveries.cancel_acceptance, key)
    assert asked.value.params["count"] == 2
    write(shop, deliveries.cancel_acceptance, key, confirmed={"cards_stay"})
    assert {card.id: card.state for card in cards(shop)} == {
        longer.id: "in_use",
        visited.id: "in_use",
        free.id: "delivered",
    }


def test_acceptance_taken_back_and_cancelled_again_leaves_nothing(shop: Shop) -> None:
    key, _line = ordered(shop, "2")
    delivery = write(shop, deliveries.deliver, key, TODAY)
    write(shop, deliveries.accept, key, TODAY)
    write(shop, deliveries.cancel_acceptance, key)
    write(shop, deliveries.cancel_delivery, delivery)
    assert (cards(shop), plans(shop)) == ([], [])


def test_acceptance_can_be_undone_with_its_cards(shop: Shop) -> None:
    key, _line = ordered(shop, "1")
    write(shop, deliveries.deliver, key, TODAY)
    outcome = shop.database.run(deliveries.accept, key, TODAY)
    write(shop, history.undo, outcome.changed.batch_id)
    (card,) = cards(shop)
    assert (card.state, card.warranty_until, plans(shop)) == ("delivered", None, [])


@pytest.mark.parametrize("step", [deliveries.cancel_acceptance, deliveries.cancel_delivery])
def test_taking_back_can_be_undone_with_its_cards(shop: Shop, step: Callable[..., None]) -> None:
    key, _line = ordered(shop, "2")
    delivery = write(shop, deliveries.deliver, key, TODAY)
    record = delivery
    if step is deliveries.cancel_acceptance:
        write(shop, deliveries.accept, key, TODAY)
        record = key
    before = [(card.id, card.state, card.warranty_until) for card in cards(shop)], [plan.id for plan in plans(shop)]
    outcome = shop.database.run(step, record)
    write(shop, history.undo, outcome.changed.batch_id)
    assert (
        [(card.id, card.state, card.warranty_until) for card in cards(shop)],
        [one.id for one in plans(shop)],
    ) == before


# -- warranty --------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("accepted", "months", "until"),
    [
        ("2024-02-29", 24, "2026-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 1, "2026-09-30"),
        ("2026-01-31", 1, "2026-02-28"),
        ("2026-12-31", 12, "2027-12-31"),
    ],
)
def test_the_warranty_ends_on_the_same_day_of_the_month_or_its_last(accepted: str, months: int, until: str) -> None:
    assert warranty_end(Product(warranty_months=months), dt.date.fromisoformat(accepted)) == dt.date.fromisoformat(
        until
    )


@given(st.dates(dt.date(1990, 1, 1), dt.date(2150, 1, 1)), st.integers(1, 600))
def test_a_warranty_is_as_many_calendar_months_long_as_promised(accepted: dt.date, months: int) -> None:
    until = warranty_end(Product(warranty_months=months), accepted)
    assert until is not None
    assert (until.year - accepted.year) * 12 + until.month - accepted.month == months
    assert until.day == accepted.day or (until.day < accepted.day and (until + DAY).day == 1)


# -- the card --------------------------------------------------------------------------------------


def test_a_card_typed_in_takes_the_warranty_of_its_product(shop: Shop) -> None:
    buyer, made = customer(shop), product(shop)
    typed = {"customer_id": buyer, "name": " 水塔 ", "product_id": made, "accepted_on": dt.date(2024, 2, 29)}
    key = write(shop, equipment.create, typed)
    form = read(shop, equipment.load, key)
    assert (form.values["name"], form.values["warranty_until"]) == ("水塔", dt.date(2026, 2, 28))
    assert (form.customer, form.user, form.product) == ("宏益建設有限公司", "", "冷卻水塔")


def test_a_day_of_acceptance_typed_in_puts_a_delivered_piece_in_use(shop: Shop) -> None:
    key, _line = ordered(shop, "1")
    write(shop, deliveries.deliver, key, TODAY)
    (card,) = cards(shop)
    write(shop, equipment.update, card.id, {"accepted_on": TODAY})
    (card,) = cards(shop)
    assert (card.state, card.warranty_until) == ("in_use", dt.date(2028, 11, 21))


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 301}, "name"),
        ({"customer_id": None}, "customer_id"),
        ({"delivered_on": dt.date(2026, 3, 1), "accepted_on": dt.date(2026, 2, 1)}, "accepted_on"),
        ({"accepted_on": dt.date(2026, 3, 1), "warranty_until": dt.date(2026, 2, 1)}, "warranty_until"),
        ({"accepted_on": dt.date(1, 1, 1)}, "accepted_on"),
    ],
)
def test_what_cannot_be_stored_names_the_field(shop: Shop, values: dict[str, Any], field: str) -> None:
    with pytest.raises(UserError) as caught:
        write(shop, equipment.create, {"customer_id": customer(shop), "name": "水塔", **values})
    assert caught.value.field == field
    assert cards(shop) == []


def test_the_same_serial_number_is_asked_about_unless_retired(shop: Shop) -> None:
    buyer = customer(shop)
    typed = {"customer_id": buyer, "name": "水塔", "serial": "SN 7"}
    first = write(shop, equipment.create, typed)
    write(shop, equipment.update, first, {"serial": "SN 7"})
    with pytest.raises(NeedsConfirmation, match="SN 7 is on the card of 水塔"):
        write(shop, equipment.create, typed)
    write(shop, equipment.create, typed, confirmed={"same_serial"})
    for card in cards(shop):
        write(shop, equipment.retire, card.id)
    write(shop, equipment.create, typed)


def test_site_user_and_retirement(shop: Shop) -> None:
    buyer, tenant, other = customer(shop), customer(shop, "青田咖啡館"), customer(shop, "晨光幼兒園")
    with shop.database.write("test") as session:
        sites = [Site(customer_id=owner, name=name) for owner, name in ((tenant, "B 棟"), (other, "幼兒園"))]
        session.add_all(sites)
    key = write(shop, equipment.create, {"customer_id": buyer, "name": "水塔"})
    write(shop, equipment.change_user, key, tenant)
    write(shop, equipment.install, key, sites[0].id, "屋頂")
    with pytest.raises(UserError, match="site of somebody else"):
        write(shop, equipment.install, key, sites[1].id)
    assert [piece.id for piece in read(shop, equipment.of_customer, tenant)] == [key]
    write(shop, equipment.change_user, key, buyer)
    found = read(shop, equipment.load, key)
    assert (found.user, found.values["site_id"], found.values["location"]) == ("", None, "屋頂")
    write(shop, inspections.plan, key, NEXT_YEAR)
    write(shop, equipment.retire, key)
    assert [(plan.next_on, plan.ended_at is None) for plan in plans(shop)] == [(None, False)]
    with pytest.raises(UserError, match="is retired"):
        write(shop, inspections.plan, key, NEXT_YEAR)
    with pytest.raises(UserError, match="cannot become"):
        write(shop, equipment.retire, key)
    write(shop, equipment.put_in_use, key)
    kinds = [event.kind for event in read(shop, equipment_card.load, key).events]
    assert kinds[:2] == ["state", "state"]
    assert kinds[-1] == "made"


# -- the lists -------------------------------------------------------------------------------------


def test_a_piece_is_found_with_its_buyer_and_with_its_user(shop: Shop) -> None:
    dealer, user = customer(shop, name="大同經銷"), customer(shop, name="王大明")
    write(shop, equipment.create, {"customer_id": dealer, "name": "水塔"})
    key = write(shop, equipment.create, {"customer_id": dealer, "user_id": user, "name": "水泵"})
    own = write(shop, equipment.create, {"customer_id": user, "user_id": user, "name": "濾水器"})

    def pieces(holder: uuid.UUID, text: str = "") -> set[str]:
        query = EquipmentQuery(TODAY, customer_id=holder, text=text)
        rows = read(shop, equipment_rows.window, query, 0, 9)
        assert read(shop, equipment_rows.count, query) == len(rows)
        return {row.name for row in rows}

    assert (pieces(dealer), pieces(user)) == ({"水塔", "水泵"}, {"水泵", "濾水器"})
    held = {owner.name: owner.pieces for owner in read(shop, equipment_rows.owners, "", "zh_TW", 0, 9)}
    assert held == {"大同經銷": 2, "王大明": 2}
    assert read(shop, equipment_rows.owners_count, "") == 2
    assert {row.id for row in read(shop, equipment_rows.window, EquipmentQuery(TODAY, text="王大"), 0, 9)} == {key, own}


def test_filters_search_and_customers(shop: Shop) -> None:
    one, two = customer(shop), customer(shop, "青田咖啡館")
    made = {}
    for owner, name, until in (
        (one, "冷卻水塔", NEXT_YEAR),
        (one, "水泵", TODAY + 60 * DAY),
        (two, "濾水器", TODAY - DAY),
        (two, "製冰機", None),
    ):
        made[name] = write(
            shop,
            equipment.create,
            {"customer_id": owner, "name": name, "serial": f"SN {name}", "warranty_until": until},
        )
    write(shop, inspections.plan, made["製冰機"], TODAY + 30 * DAY)
    write(shop, inspections.plan, made["水泵"], TODAY + 31 * DAY)

    def names(**query: Any) -> list[str]:
        found = read(shop, equipment_rows.window, EquipmentQuery(TODAY, **query), 0, 50)
        assert read(shop, equipment_rows.count, EquipmentQuery(TODAY, **query)) == len(found)
        return [row.name for row in found]

    assert names(sort="name", customer_id=two) == ["濾水器", "製冰機"]
    assert names(filter="due") == ["製冰機"]
    assert names(filter="ending") == ["水泵"]
    assert names(filter="over") == ["濾水器"]
    assert names(filter="retired") == []
    assert names(text="青田 sn") == ["製冰機", "濾水器"]
    assert names(text="100%") == []
    assert names(sort="next")[:2] == ["製冰機", "水泵"]
    assert names(sort="next", descending=True)[:2] == ["水泵", "製冰機"]
    assert read(shop, equipment_rows.counts, EquipmentQuery(TODAY)) == {
        "all": 4, "due": 1, "ending": 1, "over": 1, "retired": 0,
    }  # fmt: skip
    query = EquipmentQuery(TODAY, sort="warranty")
    assert read(shop, equipment_rows.position, query, made["濾水器"]) == 0
    owners = read(shop, equipment_rows.owners, "", "zh_TW", 0, 10)
    assert {(owner.name, owner.pieces) for owner in owners} == {("宏益建設有限公司", 2), ("青田咖啡館", 2)}
    assert [owner.id for owner in read(shop, equipment_rows.owners, "水泵", "en", 0, 10)] == [one]
    assert read(shop, equipment_rows.owners_count, "水泵") == 1


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("SN 24-00871", ["冷卻水塔"]),
        ("sn 24", ["冷卻水塔"]),
        ("871 水塔", ["冷卻水塔"]),
        ("濾水", ["濾水器"]),
        ("100%", []),
        ("器", []),
    ],
)
def test_find_anything_finds_equipment(shop: Shop, typed: str, found: list[str]) -> None:
    buyer = customer(shop)
    for name, serial in (("冷卻水塔", "SN 24-00871"), ("濾水器", "AB-100")):
        write(shop, equipment.create, {"customer_id": buyer, "name": name, "serial": serial, "location": "頂樓"})
    hits = [hit for hit in read(shop, finder.find, typed) if hit.entity == "equipment"]
    assert [hit.title for hit in hits] == found
    assert read(shop, finder.recall, [(hit.entity, hit.id) for hit in hits]) == hits
    assert all((hit.customer, hit.state) == ("宏益建設有限公司", "in_use") for hit in hits)
