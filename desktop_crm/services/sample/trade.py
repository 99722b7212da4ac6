"""Orders day by day: what was ordered, delivered, accepted and paid."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache
from typing import NamedTuple

from desktop_crm.core.money import allocate
from desktop_crm.services.sample.baskets import LINE_COLUMNS, PRICED_COLUMNS, Basket, Baskets
from desktop_crm.services.sample.installed import Installed
from desktop_crm.services.sample.money import Due, Money
from desktop_crm.services.sample.numbers import Numbers
from desktop_crm.services.sample.offers import Offers
from desktop_crm.services.sample.people import MONTHLY, PAYMENT_DAYS, People
from desktop_crm.services.sample.plan import DAYS, KEY, LEAD
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.talk import Talk
from desktop_crm.services.sample.words import products, words
from desktop_crm.services.terms import due_on

LOOK_AHEAD = 20  # days before an order when it is known, so that its quotation can come first
THIN_DAYS = 90  # very large shops have delivery notes of so many days only
LARGE = 60_000  # dollars; larger orders take time and are accepted
PLANNED = 120_000  # larger ones of builders and factories are paid in three parts
SHARES = (30, 40, 30)
PROJECT_SHARE = 0.06  # of orders of firms, which are several times larger
CANCELLED_SHARE = 0.012
Days = tuple[int, int]
Parts = tuple[list[tuple[bytes, int, int]], list[tuple[bytes, int, int]]]  # key, quantity, product of lines


class Known(NamedTuple):
    """An order that will come; scripted ones with first and last delivery, unpaid ones with the day they are due."""

    who: int
    basket: Basket
    project: str
    revision: bytes | None
    days: Days | None = None
    owed: int | None = None


class Trade:
    """Runs the calendar of orders."""

    def __init__(self, stage: Stage, people: People, numbers: Numbers, baskets: Baskets) -> None:
        self.stage, self.people, self.numbers, self.baskets = stage, people, numbers, baskets
        self.talk = Talk(stage, people)
        self.offers = Offers(stage, people, numbers, baskets, self.talk)
        self.money = Money(stage, people, numbers, self.talk)
        self.installed = Installed(stage, people)
        self._orders: dict[int, list[Known]] = defaultdict(list)
        self._deliveries: dict[int, list[tuple[bytes, list[tuple[bytes, int]]]]] = defaultdict(list)
        self._acceptances: dict[int, list[tuple[bytes, int]]] = defaultdict(list)
        self._documented = 0 if stage.detail == 1 else DAYS - THIN_DAYS
        self._due = lru_cache(maxsize=4096)(self._reckon_due)
        table = stage.bulk.table
        self._order_rows = table(
            "customer_order",
            "id created_at number customer_id revision_id contact_id site_id staff_id project_name channel state"
            " delivery_state ordered_on promised_on accepted_on due_on payment_terms paid paid_on note "
            + PRICED_COLUMNS,
        )
        self._line_rows = table("order_line", "id created_at order_id product_id promised_on delivered " + LINE_COLUMNS)
        self._delivery_rows = table("delivery", "id created_at number order_id delivered_on received_by note")
        self._delivered_rows = table("delivery_line", "id created_at delivery_id order_line_id quantity")
        self._acceptance_rows = table("acceptance", "id created_at order_id accepted_on accepted_by")
        self._instalment_rows = table(
            "instalment", "id created_at order_id position name trigger percent amount due_on"
        )

    def prepare(self, day: int, who: int) -> None:
        """Settle what ``who`` will order on ``day``; the quotation comes before."""
        stage, people = self.stage, self.people
        chance, kind = stage.chance, people.kinds[who]
        value = people.plan.value[who] * chance.lognormvariate(0, 0.7)
        if kind in "bfox" and chance.random() < PROJECT_SHARE:
            value *= 6
        basket = self.baskets.pick(kind, value, min(day // 365, 2), chance.random())
        projects = words()["projects"][kind]
        project = projects[int(chance.random() * len(projects))]
        if people.plan.size[who] == LEAD:
            self.offers.plan(day, who, basket, project, won_on=None)
            return
        revision = None
        if basket.value >= 20_000 and chance.random() < 0.6 * stage.detail:
            revision = self.offers.plan(day - 2 - int(chance.random() * 16), who, basket, project, won_on=day)
        if basket.value >= 8_000 and chance.random() < 0.06 * stage.detail:
            self.offers.plan(day, who, basket, project, won_on=None)
        self._orders[day].append(Known(who, basket, project, revision))

    def script(self, day: int, known: Known) -> None:
        """An order of ``day`` that is settled beforehand."""
        self._orders[day].append(known)

    def run(self, day: int) -> None:
        """Everything that happens on ``day``."""
        self.offers.run(day)
        for known in self._orders.pop(day, ()):
            self._order(day, known)
        for order, lines in self._deliveries.pop(day, ()):
            self._deliver(day, order, lines)
        for order, who in self._acceptances.pop(day, ()):
            by = words()["titles"][self.people.kinds[who]][0]
            self._acceptance_rows.append(
                (self.stage.keys.next(), self.stage.stamp(day, 960), order, self.stage.text(day), by)
            )
        self.installed.run(day)
        self.money.run(day)
        self.talk.run(day)

    def _order(self, day: int, known: Known) -> None:
        stage, who, basket = self.stage, known.who, known.basket
        chance, kind = stage.chance, self.people.kinds[who]
        key, now = stage.keys.next(), stage.stamp(day, 540 + int(chance.random() * 480))
        is_cancelled = known.revision is None and known.days is None and chance.random() < CANCELLED_SHARE
        first, last = known.days or self._delivery_days(day, basket)
        needs = basket.value >= LARGE and kind in "bfox" and known.owed is None
        accepted = stage.workday(last + 2 + int(chance.random() * 9)) if needs else None
        parts: list[Due] = []
        paid: tuple[int, int | None, int | None] = (0, None, known.owed)
        if not is_cancelled and known.owed is None:
            parts = self._payment_plan(day, who, key, basket, last, accepted, now)
            paid = self.money.settle(who, key, parts, last)
        promised = stage.text(last + int(chance.random() * 4))
        lines = self._write_lines(key, now, basket, promised, first, last, is_cancelled)
        signed = accepted if accepted is not None and accepted <= DAYS and not is_cancelled else None
        state = "cancelled" if is_cancelled else "closed" if last <= DAYS and paid[0] == basket.total else "open"
        handed = "none" if is_cancelled or first > DAYS else "full" if last <= DAYS else "partial"
        terms = words()["instalment_terms"] if len(parts) == 3 else words()["terms"][kind]
        head = (key, now, self.numbers.next("order", day), self.people.key(who))
        self._write_order(day, known, head, state, handed, promised, signed, paid, terms)
        if not is_cancelled:
            self._schedule(key, known, lines, (first, last), accepted, signed)
            often = self.people.plan.size[who] == KEY
            self.talk.about_order(day, last, who, basket, known.project, often)

    def _write_order(
        self, day: int, known: Known, head: tuple[object, ...], state: str, handed: str, promised: str,
        signed: int | None, paid: tuple[int, int | None, int | None], terms: str,
    ) -> None:  # fmt: skip
        stage, people, basket, kind = self.stage, self.people, known.basket, self.people.kinds[known.who]
        amount, paid_on, due = paid
        chance = stage.chance
        self._order_rows.append(
            (*head, known.revision, people.contact(known.who), people.site(known.who, chance.random()),
             people.owner(known.who), known.project if basket.value >= 8_000 or kind in "bx" else basket.product,
             words()["channels"][int(chance.random() * 5)] if known.revision is None else "", state, handed,
             stage.text(day), promised, stage.text(signed) if signed is not None else None,
             stage.text(due) if due is not None else None, terms, amount,
             stage.text(paid_on) if paid_on is not None and amount == basket.total else None,
             words()["customer_notes"][int(chance.random() * 6)] if chance.random() < 0.02 and kind != "x" else "",
             *basket.row)
        )  # fmt: skip

    def _schedule(
        self, key: bytes, known: Known, lines: Parts, days: Days, accepted: int | None, signed: int | None
    ) -> None:
        """What follows an order: deliveries, acceptance, equipment, invoice."""
        who, last, kind = known.who, days[1], self.people.kinds[known.who]
        for part, on in zip(lines, days, strict=True):
            if part and self._documented <= on <= DAYS:
                self._deliveries[on].append((key, [(line, quantity) for line, quantity, _ in part]))
        if signed is not None:
            self._acceptances[signed].append((key, who))
        if last > DAYS:
            return
        made = [item for part in lines for item in part if products()[item[2]].makes_equipment and kind != "d"]
        self.installed.plan(last, who, made, accepted, accepted is not None)
        if kind not in "hx" and self.stage.chance.random() < 0.6 * self.stage.detail:
            self.money.invoice_on(last, who, key, known.basket)

    def _delivery_days(self, day: int, basket: Basket) -> tuple[int, int]:
        """First and last hand-over; the same for one lot."""
        chance = self.stage.chance
        if basket.value < LARGE:
            first = self.stage.workday(day + int(chance.random() * 5))
        else:
            first = self.stage.workday(day + 7 + int(chance.random() * 24))
        if basket.value > 40_000 and len(basket.lines) > 1 and chance.random() < 0.35:
            return first, self.stage.workday(first + 5 + int(chance.random() * 20))
        return first, first

    def _payment_plan(
        self, day: int, who: int, order: bytes, basket: Basket, last: int, accepted: int | None, now: str
    ) -> list[Due]:
        """What falls due when; None while what it waits for has not happened."""
        stage, kind = self.stage, self.people.kinds[who]
        known = accepted if accepted is None or accepted <= DAYS else None
        if basket.value >= PLANNED and kind in "bf":
            days = (day, last if last <= DAYS else None, known)
            amounts = allocate(basket.total, SHARES)
            plan = []
            for place, (amount, share, on) in enumerate(zip(amounts, SHARES, days, strict=True)):
                part = stage.keys.next()
                trigger = ("order", "delivery", "acceptance")[place]
                on_text = stage.text(on) if on is not None else None
                row = (place + 1, words()["instalments"][place], trigger, share * 10_000, amount, on_text)
                self._instalment_rows.append((part, now, order, *row))
                plan.append(Due(on, amount, part))
            return plan
        if accepted is not None:
            return [Due(known + PAYMENT_DAYS[kind] if known is not None else None, basket.total, None)]
        due = max(self._due(day, PAYMENT_DAYS[kind], _closing_day(kind, who)), last)
        if kind in "rsh" and basket.value > 30_000 and stage.chance.random() < 0.5:
            deposit = basket.total * 3 // 10
            return [Due(day, deposit, None), Due(due, basket.total - deposit, None)]
        return [Due(due, basket.total, None)]

    def _reckon_due(self, day: int, days: int, closing_day: int | None) -> int:
        return (due_on(self.stage.date(day), days, closing_day) - self.stage.today).days + DAYS

    def _write_lines(
        self, order: bytes, now: str, basket: Basket, promised: str, first: int, last: int, cancelled: bool
    ) -> Parts:
        """Write the lines; returns key, quantity and product of those of the first and of the last delivery."""
        parts: Parts = ([], [])
        goods = self.people.catalogue.products
        half = (len(basket.lines) + 1) // 2 if first != last else len(basket.lines)
        for place, line in enumerate(basket.lines):
            later = place >= half
            delivered = 0 if cancelled or (last if later else first) > DAYS else line.quantity
            key = self.stage.keys.next()
            self._line_rows.append((key, now, order, goods[line.product], promised, delivered, *line.row))
            parts[later].append((key, line.quantity, line.product))
        return parts

    def _deliver(self, day: int, order: bytes, lines: list[tuple[bytes, int]]) -> None:
        stage = self.stage
        key, now = stage.keys.next(), stage.stamp(day, 900)
        by = words()["takers"][int(stage.chance.random() * len(words()["takers"]))]
        self._delivery_rows.append((key, now, self.numbers.next("delivery", day), order, stage.text(day), by, ""))
        for line, quantity in lines:
            self._delivered_rows.append((stage.keys.next(), now, key, line, quantity))


def _closing_day(kind: str, who: int) -> int | None:
    return (25 if who % 3 else 31) if kind in MONTHLY else None
