"""What every sample shop shows whatever its size: the affairs of the named customers, offers in every state."""

from __future__ import annotations

from decimal import Decimal

from desktop_crm.services.sample.baskets import Baskets
from desktop_crm.services.sample.offers import Offer
from desktop_crm.services.sample.plan import DAYS
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.trade import Trade

BUILDER, STEEL, DEALER, CAFE, HOTEL, PARK, HARDWARE, HOUSE, NURSERY, WHOLESALE, INN, CANTEEN = range(12)
# customer, days ago, state, project, value in dollars
OFFERS = (
    (STEEL, 28, "sent", "廠區照明改善", 392_000),
    (HOTEL, 27, "sent", "Guest room fan coils", 360_000),
    (PARK, 9, "sent", "廁所整修", 86_000),
    (DEALER, 6, "sent", "專案叫貨", 118_000),
    (HARDWARE, 2, "issued", "門市補貨", 42_000),
    (NURSERY, 1, "draft", "飲水設備", 28_000),
    (CAFE, 5, "sent", "二店空調", 92_000),
    (HOUSE, 20, "declined", "浴室整修", 74_000),
    (INN, 52, "expired", "熱水系統", 128_000),
    (CANTEEN, 36, "expired", "電力改善", 48_000),
    (WHOLESALE, 70, "cancelled", "月備貨", 33_000),
)
TOWER = (
    ("CT-200", 1, 168_000, 0), ("PP-100", 2, 21_500, 5), ("LB-01", 1, 19_200, 0), ("SV-12", 12, 3_750, 0),
)  # fmt: skip
FIRST_TOWER = (
    ("CT-200", 1, 168_000, 0), ("PP-100", 2, 21_500, 0), ("LB-01", 1, 24_000, 0), ("WT-30", 1, 38_000, 0),
    ("SV-12", 12, 3_750, 0),
)  # fmt: skip


def plan(stage: Stage, trade: Trade, baskets: Baskets) -> None:
    """Schedule them; called before the first day."""
    for who, ago, state, project, value in OFFERS:
        kind = trade.people.kinds[who]
        basket = baskets.pick(kind, value, 2, 0.3)
        lines = baskets.quoted(basket, kind, 0.5) if state in ("sent", "draft") else ()
        offer = Offer(who, project, [basket], [stage.keys.next()], state=state, lines=lines)
        trade.offers.stage_offer(DAYS - ago, offer)
    _plan_tower(stage, trade, baskets)
    slow = baskets.made("d", [("HD-01", 1, Decimal(30_000), Decimal(0))])
    trade.script(DAYS - 76, WHOLESALE, slow, "五金一批", None, (DAYS - 74, DAYS - 74))
    trade.money.bounce(DAYS - 25, WHOLESALE, slow.total)
    filters = baskets.made("r", [("WF-2", 2, Decimal(7_800), Decimal(0))])
    trade.script(DAYS - 79, CAFE, filters, "濾水器 2 組", None, (DAYS - 78, DAYS - 78))


def _plan_tower(stage: Stage, trade: Trade, baskets: Baskets) -> None:
    """The cooling tower of block B: quoted in two revisions, delivered in part; its second phase is a draft."""
    made = [(code, count, Decimal(price), Decimal(off)) for code, count, price, off in FIRST_TOWER]
    first = baskets.made("b", made[:3])
    basket = baskets.made("b", made)
    revisions = [stage.keys.next(), stage.keys.next()]
    offer = Offer(BUILDER, "B 棟冷卻塔", [first, basket], revisions, accepted=1, won_on=DAYS - 40)
    trade.offers.stage_offer(DAYS - 52, offer)
    trade.script(DAYS - 40, BUILDER, basket, "B 棟冷卻塔", revisions[1], (DAYS - 12, DAYS + 15))
    second = baskets.made("b", [(code, count, Decimal(price), Decimal(off)) for code, count, price, off in TOWER])
    option = baskets.made("b", [("WT-30", 1, Decimal(38_000), Decimal(0))]).lines
    heading = baskets.heading("冷卻水塔工程"), baskets.heading("選購（不計入合計）")
    lines = (
        ("section", heading[0]), *(("item", line) for line in second.lines),
        ("section", heading[1]), *(("option", line) for line in option),
    )  # fmt: skip
    draft = Offer(BUILDER, "B 棟冷卻塔二期", [second], [stage.keys.next()], state="draft", lines=lines)
    trade.offers.stage_offer(DAYS - 1, draft)
