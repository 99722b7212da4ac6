"""Orders day by day: what was ordered, delivered, accepted and paid."""

from __future__ import annotations

from collections import defaultdict
from functools import lru_cache

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
Entry = tuple[int, Basket, str, bytes | None, Days | None, int | None]


class Trade:
    """Runs the calendar of orders."""

    def __init__(self, stage: Stage, people: People, numbers: Numbers, baskets: Baskets) -> None:
        self.stage, self.people, self.numbers, self.baskets = stage, people, numbers, baskets
        self.talk = Talk(stage, people)
        self.offers = Offers(stage, people, numbers, baskets, self.talk)
        self.money = Money(stage, people, numbers, self.talk)
        self.installed = Installed(stage, people)
        self._orders: dict[int, list[Entry]] = defaultdict(list)
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
        self._orders[day].append((who, basket, project, revision, None, None))

    def script(
        self, day: int, who: int, basket: Basket, project: str, revision: bytes | None, handed_over: Days,
        owed: int | None = None,
    ) -> None:  # fmt: skip
        """An order of ``day`` known beforehand, with first and last delivery; not paid but due on ``owed`` if given."""
        self._orders[day].append((who, basket, project, revision, handed_over, owed))

    def run(self, day: int) -> None:
        """Everything that happens on ``day``."""
        self.offers.run(day)
        for entry in self._orders.pop(day, ()):
            self._order(day, *entry)
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

    def _order(
        self, day: int, who: int, basket: Basket, project: str, revision: bytes | None, days: Days | None,
        owed: int | None,
    ) -> None:  # fmt: skip
        stage, people = self.stage, self.people
        chance, kind = stage.chance, people.kinds[who]
        key, now = stage.keys.next(), stage.stamp(day, 540 + int(chance.random() * 480))
        cancelled = revision is None and days is None and chance.random() < CANCELLED_SHARE
        first, last = days or self._delivery_days(day, basket)
        needs_acceptance = basket.value >= LARGE and kind in "bfox" and owed is None
        accepted = stage.workday(last + 2 + int(chance.random() * 9)) if needs_acceptance else None
        plan = [Due(owed, basket.total, None)] if owed is not None else []
        if not cancelled and owed is None:
            plan = self._payment_plan(day, who, key, basket, last, accepted, now)
        promised = last + int(chance.random() * 4)
        lines = self._write_lines(key, now, basket, stage.text(promised), first, last, cancelled)
        handed = 0 if cancelled else (first <= DAYS) + (last <= DAYS and bool(lines[1]))
        whole = not cancelled and last <= DAYS
        terms = words()["instalment_terms"] if len(plan) == 3 else words()["terms"][kind]
        paid, paid_on, due = (
            self.money.settle(who, key, plan, last) if not cancelled and owed is None else (0, None, owed)
        )
        accepted_now = accepted is not None and accepted <= DAYS and not cancelled
        done = whole and paid == basket.total
        owner = people.owner(who)
        self._order_rows.append(
            (key, now, self.numbers.next("order", day), people.key(who), revision, people.contact(who),
             people.site(who, chance.random()), owner,
             project if basket.value >= 8_000 or kind in "bx" else basket.product,
             words()["channels"][int(chance.random() * 5)] if revision is None else "",
             "cancelled" if cancelled else "closed" if done else "open",
             "full" if whole else "partial" if handed else "none", stage.text(day), stage.text(promised),
             stage.text(accepted) if accepted_now and accepted else None, stage.text(due) if due is not None else None,
             terms, paid, stage.text(paid_on) if paid_on is not None and paid == basket.total else None,
             words()["customer_notes"][int(chance.random() * 6)] if chance.random() < 0.02 and kind != "x" else "",
             *basket.row)
        )  # fmt: skip
        if cancelled:
            return
        for part, on in zip(lines, (first, last), strict=True):
            if part and self._documented <= on <= DAYS:
                self._deliveries[on].append((key, [(line, quantity) for line, quantity, _ in part]))
        if accepted_now and accepted:
            self._acceptances[accepted].append((key, who))
        if whole:
            made = [item for part in lines for item in part if products()[item[2]].makes_equipment and kind != "d"]
            self.installed.plan(last, who, made, accepted, needs_acceptance)
            if kind not in "hx" and chance.random() < 0.6 * stage.detail:
                self.money.invoice_on(last, who, key, basket)
        self.talk.about_order(day, last, who, basket, project, people.plan.size[who] == KEY)

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
    ) -> tuple[list[tuple[bytes, int, int]], list[tuple[bytes, int, int]]]:
        """Write the lines; returns key, quantity and product of those of the first and of the last delivery."""
        parts: tuple[list[tuple[bytes, int, int]], list[tuple[bytes, int, int]]] = ([], [])
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
