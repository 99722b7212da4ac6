"""What is bought together: documents of a few lines, reckoned once by the money engine and used many times."""

from __future__ import annotations

import math
import random
from dataclasses import dataclass
from decimal import Decimal

from desktop_crm.core.currencies import to_minor
from desktop_crm.core.money import LineInput, TaxKind, TaxMode, Totals, document_totals, to_major
from desktop_crm.services.sample.words import Product, products, words

STEP = math.log(1.45)
LEAST = 900  # dollars
CHOICES = 14  # different baskets of one kind, value and year
SCALE = 10_000
DEALER_DISCOUNT = 10  # per cent off the list
PRICE_YEARS = (94, 97, 100)  # per cent of today's list price in the years of the shop
TODAY = 2  # the year of today's prices
HKD_RATE = Decimal("4.1")
LABOUR = "LB-01"
SERVICE = {"b": "LB-02", "f": "LB-09", "x": "LB-09", "d": "HD-01"}


@dataclass(frozen=True, slots=True)
class Line:
    """A line as it is stored: what the tables of quotation and order lines have in common."""

    product: int
    row: tuple[object, ...]  # position, texts, quantity ... gross, in the order of LINE_COLUMNS
    quantity: int


@dataclass(frozen=True, slots=True)
class Basket:
    """Lines and totals; ``row`` in the order of PRICED_COLUMNS. ``value`` is the total in home currency."""

    lines: tuple[Line, ...]
    row: tuple[object, ...]
    total: int
    net: int
    tax: int
    value: int
    product: str


LINE_COLUMNS = (
    "position code name specification unit quantity unit_price unit_cost discount_percent tax_kind amount net tax gross"
)
PRICED_COLUMNS = (
    "currency rate tax_mode tax_percent subtotal discount net tax total home_net home_total home_cost discount_percent"
)

Choice = tuple[int, Decimal, Decimal, Decimal, Decimal]  # product, quantity, unit price, unit cost, discount


class Baskets:
    """Gives a basket for a kind of customer and a value; the same key always gives the same basket."""

    def __init__(self, seed: int, *, short: bool = False) -> None:
        """``short``: small orders have one line, as in a very large shop."""
        self._seed = seed
        self._short = short
        self._found: dict[tuple[str, int, int, int], Basket] = {}
        self._for_kind = {
            kind: [i for i, product in enumerate(products()) if kind in product.buyers] for kind in "bfrsohdx"
        }

    def pick(self, kind: str, value: float, year: int, choice: float) -> Basket:
        """A basket of about ``value`` dollars at the prices of ``year`` (0 to 2); ``choice`` (0 to 1) selects."""
        step = max(0, round(math.log(max(value, LEAST) / LEAST) / STEP))
        key = (kind, step, year, int(choice * CHOICES))
        found = self._found.get(key)
        if found is None:
            chance = random.Random(f"{self._seed}:{key}")
            found = self._found[key] = self._make(chance, kind, LEAST * math.exp(step * STEP), year)
        return found

    def quoted(self, basket: Basket, kind: str, choice: float) -> tuple[tuple[str, Line], ...]:
        """The lines of a larger quotation: a heading first, an option last, which does not count."""
        heading = words()["sections"].get(kind, words()["section"])
        offers = self._for_kind[kind]
        place = offers[int(choice * len(offers))]
        option = _reckon(kind, [_choice(kind, place, 1, TODAY)]).lines[0]
        return ("section", self.heading(heading)), *(("item", line) for line in basket.lines), ("option", option)

    def heading(self, name: str) -> Line:
        """A line that only names a part."""
        return Line(-1, (0, "", name, "", "", 0, 0, None, 0, TaxKind.TAXABLE.value, 0, 0, 0, 0), 0)

    def made(self, kind: str, wanted: list[tuple[str, int, Decimal, Decimal]]) -> Basket:
        """A basket of product codes with quantity, price and discount."""
        places = [_place(code) for code, *_ in wanted]
        costs = [_cost(products()[place], kind, TODAY) for place in places]
        chosen = [
            (place, Decimal(count), price, min(cost, price * 3 / 4), discount)
            for place, cost, (_, count, price, discount) in zip(places, costs, wanted, strict=True)
        ]
        return _reckon(kind, chosen)

    def _most_lines(self, value: float) -> int:
        """How many kinds of goods an order of this value has."""
        return 5 if value >= 15_000 else 1 if self._short else 2

    def _make(self, chance: random.Random, kind: str, value: float, year: int) -> Basket:
        chosen: list[Choice] = []
        left = value
        offers = self._for_kind[kind]
        while left > value * 0.15 and len(chosen) < self._most_lines(value):
            near = [
                i for i in offers if products()[i].price <= left * 1.1 <= products()[i].price * products()[i].most * 6
            ]
            near = [i for i in near if all(i != other[0] for other in chosen) and products()[i].code != LABOUR]
            if not near:
                break
            place = chance.choice(near)
            product = products()[place]
            share = left * chance.uniform(0.45, 1.0) if value > 8_000 else left
            quantity = min(max(1, round(share / product.price)), product.most)
            chosen.append(_choice(kind, place, quantity, year))
            left -= quantity * product.price
        if not chosen:
            chosen.append(_choice(kind, _place(SERVICE.get(kind, "LB-08")), 1, year))
        elif kind not in "dx" and any(products()[choice[0]].makes_equipment for choice in chosen):
            chosen.append(_labour(max(left, value * 0.08)))
        return _reckon(kind, chosen)


def _labour(value: float) -> Choice:
    price = Decimal(max(1200, round(value / 100) * 100))
    return _place(LABOUR), Decimal(1), price, price * 66 / 100, Decimal(0)


def _choice(kind: str, place: int, quantity: int, year: int) -> Choice:
    product = products()[place]
    price, cost = _price(product, kind, year), _cost(product, kind, year)
    return place, Decimal(quantity), price, cost, discount_of(kind, place, quantity)


def _place(code: str) -> int:
    return next(i for i, product in enumerate(products()) if product.code == code)


def list_price(product: Product, year: int) -> int:
    """The list price in dollars in a year of the shop; larger prices end in a zero."""
    price = product.price * PRICE_YEARS[year] // 100
    return price // 10 * 10 if price >= 200 else price


def _price(product: Product, kind: str, year: int) -> Decimal:
    price = list_price(product, year)
    if kind == "d":
        price = price * (100 - DEALER_DISCOUNT) // 100
    return Decimal(price) if kind != "x" else (Decimal(price) / HKD_RATE).quantize(Decimal(1))


def _cost(product: Product, kind: str, year: int) -> Decimal:
    cost = Decimal(product.cost * PRICE_YEARS[year] // 100)
    return cost if kind != "x" else (cost / HKD_RATE).quantize(Decimal(1))


def _reckon(kind: str, chosen: list[Choice]) -> Basket:
    """The basket as the money engine sees it: households' prices hold the tax, abroad is zero-rated in HKD."""
    code = "HKD" if kind == "x" else "TWD"
    mode = TaxMode.INCLUSIVE if kind in "hr" else TaxMode.EXCLUSIVE
    tax_kind = TaxKind.ZERO_RATED if kind == "x" else TaxKind.TAXABLE
    lines = [
        LineInput(quantity, price, discount, tax_kind, unit_cost=cost) for _, quantity, price, cost, discount in chosen
    ]
    totals = document_totals(lines, mode=mode, tax_percent=Decimal(5), code=code)
    rate = HKD_RATE if kind == "x" else Decimal(1)
    home_net, home_total, home_cost = (_home(amount, code, rate) for amount in (totals.net, totals.total, totals.cost))
    row = (
        code, int(rate * SCALE), mode.value, 5 * SCALE, totals.subtotal, totals.discount, totals.net, totals.tax,
        totals.total, home_net, home_total, home_cost, 0,
    )  # fmt: skip
    value = home_total or 0
    best = max(range(len(chosen)), key=lambda i: totals.lines[i].amount)
    rows = _lines(kind, chosen, lines, totals)
    return Basket(rows, row, totals.total, totals.net, totals.tax, value, str(rows[best].row[2]))


def discount_of(kind: str, place: int, quantity: int) -> Decimal:
    """Five per cent off a line of builders and factories with many pieces."""
    return Decimal(5) if kind in "bf" and quantity >= 10 and not products()[place].is_work else Decimal(0)


def _home(amount: int | None, code: str, rate: Decimal) -> int | None:
    return None if amount is None else to_minor(to_major(amount, code) * rate, "TWD")


def _lines(kind: str, chosen: list[Choice], lines: list[LineInput], totals: Totals) -> tuple[Line, ...]:
    found = []
    for position, (choice, line, amount) in enumerate(zip(chosen, lines, totals.lines, strict=True), start=1):
        product = products()[choice[0]]
        abroad = kind == "x"
        unit = words()["english_units"][product.unit] if abroad else product.unit
        row = (
            position, product.code, product.english if abroad else product.name,
            "" if abroad else product.specification, unit, int(line.quantity * SCALE), int(line.unit_price * SCALE),
            int((line.unit_cost or 0) * SCALE), int(line.discount_percent * SCALE), line.tax_kind.value,
            amount.amount, amount.net, amount.tax, amount.gross,
        )  # fmt: skip
        found.append(Line(choice[0], row, int(line.quantity * SCALE)))
    return tuple(found)
