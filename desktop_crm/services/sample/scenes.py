"""What every sample shop shows whatever its size: the affairs of the named customers, offers in every state."""

from __future__ import annotations

from decimal import Decimal

from desktop_crm.services.sample.baskets import Basket, Baskets
from desktop_crm.services.sample.offers import Offer
from desktop_crm.services.sample.plan import DAYS
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.trade import Known, Trade
from desktop_crm.services.sample.words import scenes

BUILDER, CAFE, WHOLESALE = 0, 3, 9  # places of named customers


def plan(stage: Stage, trade: Trade, baskets: Baskets) -> None:
    """Schedule them; called before the first day."""
    for who, ago, state, project, value in scenes()["offers"]:
        kind = trade.people.kinds[who]
        basket = baskets.pick(kind, value, 2, 0.3)
        lines = baskets.quoted(basket, kind, 0.5) if state in ("sent", "draft") else ()
        offer = Offer(who, project, [basket], [stage.keys.next()], state=state, lines=lines)
        trade.offers.stage_offer(DAYS - ago, offer)
    _plan_tower(stage, trade, baskets)
    _plan_second_phase(stage, trade, baskets)
    for scene in scenes()["owed"]:
        slow = _made(baskets, trade.people.kinds[scene["who"]], scene["lines"])
        day, late = DAYS - scene["ago"], DAYS - scene["late"]
        trade.script(day, Known(scene["who"], slow, scene["project"], None, (day + 2, day + 2), late))
        if scene["who"] == WHOLESALE:
            trade.money.bounce(DAYS - 25, WHOLESALE, slow.total)
    filters = _made(baskets, "r", scenes()["filters"]["lines"])
    trade.script(DAYS - 79, Known(CAFE, filters, scenes()["filters"]["project"], None, (DAYS - 78, DAYS - 78)))


def _plan_tower(stage: Stage, trade: Trade, baskets: Baskets) -> None:
    """The cooling tower: quoted in two revisions, ordered, delivered in part."""
    scene = scenes()["tower"]
    first, basket = _made(baskets, "b", scene["lines"][:3]), _made(baskets, "b", scene["lines"])
    revisions = [stage.keys.next(), stage.keys.next()]
    offer = Offer(BUILDER, scene["project"], [first, basket], revisions, accepted=1, won_on=DAYS - 40)
    trade.offers.stage_offer(DAYS - 52, offer)
    days = (DAYS - 12, DAYS + 15)
    trade.script(DAYS - 40, Known(BUILDER, basket, scene["project"], revisions[1], days))


def _plan_second_phase(stage: Stage, trade: Trade, baskets: Baskets) -> None:
    """Its second phase is a draft with headings and an option."""
    scene = scenes()["second"]
    basket, option = _made(baskets, "b", scene["lines"]), _made(baskets, "b", scene["option"])
    heading, other = (baskets.heading(name) for name in scene["headings"])
    items = (("item", line) for line in basket.lines)
    lines = (("section", heading), *items, ("section", other), *(("option", line) for line in option.lines))
    draft = Offer(BUILDER, scene["project"], [basket], [stage.keys.next()], state="draft", lines=lines)
    trade.offers.stage_offer(DAYS - 1, draft)


def _made(baskets: Baskets, kind: str, lines: list[tuple[str, int, int, int]]) -> Basket:
    return baskets.made(kind, [(code, count, Decimal(price), Decimal(off)) for code, count, price, off in lines])
