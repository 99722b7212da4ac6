"""Payments: who pays when and how, cheques, and the invoices issued elsewhere."""

from __future__ import annotations

from collections import defaultdict
from typing import NamedTuple

from desktop_crm.services.sample.baskets import Basket
from desktop_crm.services.sample.numbers import Numbers
from desktop_crm.services.sample.people import People
from desktop_crm.services.sample.plan import DAYS
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.talk import Talk
from desktop_crm.services.sample.words import words

DELAYS = ((-4, 3), (5, 25), (20, 75), (70, 240))  # days after the due date, by payment habit
BOUNCED_SHARE = 0.004
PREPAID_SHARE = 0.004
METHODS = {  # per cent cash, transfer; the rest cheques
    "h": (55, 100), "r": (30, 97), "s": (20, 95), "b": (0, 40),
    "d": (5, 45), "f": (0, 75), "o": (0, 100), "x": (0, 100),
}  # fmt: skip


class Due(NamedTuple):
    """A part of an order: the day it falls due (None: not yet known), its amount, its instalment."""

    day: int | None
    amount: int
    instalment: bytes | None


class Share(NamedTuple):
    """What a payment settles."""

    order: bytes
    amount: int
    instalment: bytes | None


class Money:
    """Collects what customers pay on each day and writes one payment per customer and day."""

    def __init__(self, stage: Stage, people: People, numbers: Numbers, talk: Talk) -> None:
        self.stage, self.people, self.numbers, self.talk = stage, people, numbers, talk
        self._pending: dict[int, dict[int, list[Share]]] = defaultdict(dict)
        self._bounced: dict[int, list[tuple[int, int]]] = defaultdict(list)
        table = stage.bulk.table
        self._payments = table(
            "payment",
            "id created_at number customer_id received_on method currency rate amount reference note",
        )
        self._allocations = table("payment_allocation", "id created_at payment_id order_id instalment_id amount")
        self._cheques = table("cheque", "id created_at payment_id bank account number maturity_on state")
        self._invoices = table(
            "invoice_record",
            "id created_at number kind issued_on customer_id order_id buyer_tax_number net tax total voided_on",
        )
        self._invoice_count = 0
        self._invoices_due: dict[int, list[tuple[int, bytes, Basket]]] = defaultdict(list)

    def settle(self, who: int, order: bytes, plan: list[Due], handed_over: int) -> tuple[int, int | None, int | None]:
        """Schedule the payments of an order; returns what is paid by today, the last day, and the open due date.

        But for a deposit nobody pays before ``handed_over``, the day of the last delivery.
        """
        chance, stage = self.stage.chance, self.stage
        low, high = DELAYS[self.people.plan.pay[who]]
        paid, last, due = 0, None, None
        for part in plan:
            if part.day is None:
                continue
            delay = low + int(chance.random() * (high - low))
            on = stage.workday(max(part.day + delay, handed_over))
            if len(plan) > 1 and part is plan[0]:
                on = part.day  # a deposit comes with the order
            if self._method(who) == "cheque" and chance.random() < BOUNCED_SHARE and on < DAYS - 10:
                self.bounce(on, who, part.amount)
                on = stage.workday(on + 40 + int(chance.random() * 60))
            if delay > 12 and part.day + 12 < DAYS:
                self.talk.dun(part.day + 12, who)
            if on > DAYS:
                due = part.day if due is None else due
                continue
            self._pending[on].setdefault(who, []).append(Share(order, part.amount, part.instalment))
            paid, last = paid + part.amount, on
        if due is None and all(part.day is not None for part in plan):
            due = next((part.day for part in reversed(plan) if part.day is not None), None)
        return paid, last, due

    def bounce(self, day: int, who: int, amount: int) -> None:
        """Let a cheque of ``day`` bounce."""
        self._bounced[day].append((who, amount))

    def run(self, day: int) -> None:
        """Write the payments and invoices of a day."""
        for invoiced in self._invoices_due.pop(day, ()):
            self._invoice(day, *invoiced)
        for who, amount in self._bounced.pop(day, ()):
            self._write(day, who, amount, bounced=True)
        for who, shares in self._pending.pop(day, {}).items():
            amount = sum(share.amount for share in shares)
            prepaid = amount // 5 // 100 * 100 if self.stage.chance.random() < PREPAID_SHARE else 0
            key = self._write(day, who, amount + prepaid, bounced=False)
            now = self.stage.stamp(day, 930)
            self._allocations.extend(
                (self.stage.keys.next(), now, key, share.order, share.instalment, share.amount) for share in shares
            )

    def invoice_on(self, day: int, who: int, order: bytes, basket: Basket) -> None:
        """Record an invoice that is issued on ``day``, with the last delivery."""
        self._invoices_due[day].append((who, order, basket))

    def _invoice(self, day: int, who: int, order: bytes, basket: Basket) -> None:
        self._invoice_count += 1
        number = f"{chr(65 + day // 60 % 26)}{chr(65 + day // 7 % 26)}-{20_000_000 + self._invoice_count:08}"
        void = self.stage.text(day) if self._invoice_count % 97 == 0 else None
        self._invoices.append(
            (self.stage.keys.next(), self.stage.stamp(day, 1000), number, "invoice", self.stage.text(day),
             self.people.key(who), order, self.people.tax_number(who), basket.net, basket.tax, basket.total, void)
        )  # fmt: skip

    def _method(self, who: int) -> str:
        cash, transfer = METHODS[self.people.kinds[who]]
        habit = who * 2_654_435_761 % 100
        return "cash" if habit < cash else "transfer" if habit < transfer else "cheque"

    def _write(self, day: int, who: int, amount: int, *, bounced: bool) -> bytes:
        stage = self.stage
        method = "cheque" if bounced else self._method(who)
        key, now = stage.keys.next(), stage.stamp(day, 930)
        abroad = self.people.kinds[who] == "x"
        reference = f"{int(stage.chance.random() * 100_000):05}" if method == "transfer" else ""
        self._payments.append(
            (key, now, self.numbers.next("payment", day), self.people.key(who), stage.text(day), method,
             "HKD" if abroad else "TWD", 41_000 if abroad else 10_000, amount, reference,
             words()["bounced"] if bounced else "")
        )  # fmt: skip
        if method == "cheque":
            self._write_cheque(day, who, key, now, bounced)
        return key

    def _write_cheque(self, day: int, who: int, payment: bytes, now: str, bounced: bool) -> None:
        stage = self.stage
        maturity = day + (7 if bounced else 30 + who % 3 * 15)
        state = "cleared" if maturity <= DAYS - 2 else "deposited" if maturity <= DAYS + 12 else "received"
        banks = words()["banks"]
        self._cheques.append(
            (stage.keys.next(), now, payment, banks[who % len(banks)],
             f"{who % 1000:03}-{who % 90:02}-{who % 99_991:06}",
             f"{chr(65 + who % 26)}{chr(65 + day % 26)}{int(stage.chance.random() * 10_000_000):07}",
             stage.text(maturity), "bounced" if bounced else state)
        )  # fmt: skip
