"""What stands before the first customer: staff, products, prices, tags, service levels, settings."""

from __future__ import annotations

import json
import uuid
from dataclasses import dataclass

from desktop_crm.core.settings import Company, Trade
from desktop_crm.services.sample.baskets import DEALER_DISCOUNT, SCALE, TODAY, list_price
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.words import products, words

STEPS = ((10, 95), (50, 90))  # from this quantity on, per cent of the list price
STEP_PRICE = 1_000  # dearer products have no quantity steps


@dataclass(frozen=True, slots=True)
class Catalogue:
    """Keys by place in the word lists."""

    staff: tuple[bytes, ...]
    sellers: tuple[bytes, ...]
    technicians: tuple[bytes, ...]
    products: tuple[bytes, ...]
    tags: tuple[bytes, ...]
    dealer_list: bytes


def write(stage: Stage) -> Catalogue:
    """Write all of it; the keys say the day before the first."""
    now = stage.stamp(-1)
    _write_settings(stage, now)
    staff = _write_staff(stage, now)
    goods = _write_products(stage, now)
    tags = stage.bulk.table("tag", "id created_at name")
    keys = tuple(stage.keys.next() for _ in words()["tags"])
    tags.extend((key, now, name) for key, name in zip(keys, words()["tags"], strict=True))
    dealer = _write_price_lists(stage, now, goods)
    people = words()["staff"]
    return Catalogue(
        staff,
        tuple(key for key, row in zip(staff, people, strict=True) if row[3]),
        tuple(key for key, row in zip(staff, people, strict=True) if row[4]),
        goods,
        keys,
        dealer,
    )


def _write_settings(stage: Stage, now: str) -> None:
    settings = stage.bulk.table("setting", "id created_at key value")
    for section in (Company.of(words()["company"]), Trade.of(words()["trade"])):
        settings.append((stage.keys.next(), now, section.KEY, json.dumps(section.stored(), ensure_ascii=False)))


def _write_staff(stage: Stage, now: str) -> tuple[bytes, ...]:
    rows = stage.bulk.table(
        "staff", "id created_at code name title mobile email is_salesperson is_technician is_approver"
    )
    keys = []
    for place, (code, name, title, *roles) in enumerate(words()["staff"]):
        keys.append(stage.keys.next())
        mobile, mail = f"0912-000-{345 + place}", f"{code.lower()}@mingde.example"
        rows.append((keys[-1], now, code, name, title, mobile, mail, *roles))
    return tuple(keys)


def _write_products(stage: Stage, now: str) -> tuple[bytes, ...]:
    rows = stage.bulk.table(
        "product",
        "id created_at code name specification category unit is_work list_price cost warranty_months"
        " makes_equipment inspection_months note",
    )
    wordings = stage.bulk.table("wording", "id created_at entity key field language text")
    keys = []
    for item in products():
        keys.append(stage.keys.next())
        note = words()["maker"].format(maker=item.maker) if item.maker != "—" else ""
        rows.append(
            (keys[-1], now, item.code, item.name, item.specification, item.category, item.unit, item.is_work,
             item.price * SCALE, item.cost * SCALE, item.warranty, item.makes_equipment, item.inspection, note)
        )  # fmt: skip
        key = str(uuid.UUID(bytes=keys[-1]))
        for field, word in (("name", item.english), ("unit", words()["english_units"][item.unit])):
            wordings.append((stage.keys.next(), now, "product", key, field, "en", word))
    return tuple(keys)


def _write_price_lists(stage: Stage, now: str, goods: tuple[bytes, ...]) -> bytes:
    lists = stage.bulk.table("price_list", "id created_at name currency customer_type")
    entries = stage.bulk.table("price_list_entry", "id created_at price_list_id product_id min_quantity unit_price")
    dealer, steps = stage.keys.next(), stage.keys.next()
    names = words()["price_lists"]
    lists.append((dealer, now, names[0], "TWD", "distributor"))
    lists.append((steps, now, names[1], "TWD", "direct"))
    for key, item in zip(goods, products(), strict=True):
        price = list_price(item, TODAY) * (100 - DEALER_DISCOUNT) // 100
        entries.append((stage.keys.next(), now, dealer, key, 0, price * SCALE))
        if item.price < STEP_PRICE and not item.is_work:
            for least, percent in STEPS:
                price = item.price * percent // 100
                entries.append((stage.keys.next(), now, steps, key, least * SCALE, price * SCALE))
    return dealer


def write_levels(stage: Stage) -> None:
    """The table of service levels."""
    rows = stage.bulk.table(
        "service_level",
        "id created_at grade response_hours contact_days contact_kind payment_terms payment_days discount_percent"
        " extras",
    )
    for grade, hours, days, kind, terms, pay, percent, extras in words()["levels"]:
        row = (grade, hours, days, kind, terms, pay, percent * SCALE, extras)
        rows.append((stage.keys.next(), stage.stamp(-1), *row))
