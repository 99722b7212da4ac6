"""The words the sample shop is made of, from ``resources/sample``."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any, NamedTuple

from desktop_crm.core.paths import resource_dir


class Product(NamedTuple):
    """A line of products.tsv; price and cost in whole dollars, ``most`` is the largest usual quantity."""

    code: str
    name: str
    specification: str
    category: str
    unit: str
    is_work: bool
    price: int
    cost: int
    warranty: int
    makes_equipment: bool
    inspection: int
    most: int
    buyers: str
    maker: str
    english: str


class District(NamedTuple):
    """A postal district."""

    postal_code: str
    county: str
    name: str


def folder() -> Path:
    """Where the words lie."""
    return resource_dir() / "sample"


@cache
def words() -> dict[str, Any]:
    """Staff, customers, parts of names, terms."""
    return _json("words.json")


@cache
def talk() -> dict[str, Any]:
    """Sentences of interactions and follow-ups."""
    return _json("talk.json")


@cache
def scenes() -> dict[str, Any]:
    """The affairs of the named customers."""
    return _json("scenes.json")


@cache
def names() -> dict[str, Any]:
    """Surnames with their share, given names."""
    return _json("names.json")


@cache
def products() -> tuple[Product, ...]:
    """What the shop sells."""
    return tuple(_product(row) for row in _rows("products.tsv"))


@cache
def districts() -> tuple[District, ...]:
    """Postal districts of the counties the shop works in."""
    near = words()["weights"]
    return tuple(District(*row) for row in _rows("districts.tsv") if row[1] in near)


def _product(row: list[str]) -> Product:
    code, name, specification, category, unit, work, *numbers, buyers, maker, english = row
    price, cost, warranty, equipment, inspection, most = map(int, numbers)
    return Product(
        code, name, specification, category, unit, work == "1", price, cost, warranty, equipment == 1, inspection,
        most, buyers, maker, english,
    )  # fmt: skip


def _json(name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads((folder() / name).read_text(encoding="utf-8"))
    return found


def _rows(name: str) -> list[list[str]]:
    lines = (folder() / name).read_text(encoding="utf-8").splitlines()
    return [line.split("\t") for line in lines if line and not line.startswith("#")]
