"""Search in 100,000 customers: ten classes of what people type, against a naive LIKE over the names."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from contextlib import closing
from functools import partial

from sqlalchemy.orm import Session
from sqlcipher3 import dbapi2

from benchmarks import shops
from benchmarks.measuring import Line, median, milliseconds, percentile, spread
from desktop_crm.core.readings import pinyin_full
from desktop_crm.services.search import search
from desktop_crm.store import shop_file

QUERIES, PLAIN_QUERIES, BAR = 200, 5, 5.0
HAN = re.compile("[一-鿿]{5,}")
LATIN = re.compile("[A-Za-z]{4,}")
ABSENT = ("龘龘", "饕餮宴", "qqxz", "xyzzyx", "有限公舍", "99999999999")
Make = Callable[[random.Random], str]


def lines() -> list[Line]:
    """One line per class, then the worst."""
    path = shops.sample_shop(shops.BIG)
    with closing(dbapi2.connect(str(path))) as raw:
        classes = _classes(raw)
        database = shop_file.open_existing(path)
        with database.read() as session:
            search(session, "暖")  # the tables of readings are in memory as in a running program
            measured = [_line(name, make, session, raw) for name, make in classes.items()]
        database.close()
    return measured


def _line(name: str, make: Make, session: Session, raw: dbapi2.Connection) -> Line:
    chance = random.Random(7)
    typed = [make(chance) for _ in range(QUERIES)]
    found = [milliseconds(partial(search, session, text)) for text in typed]
    plain = [milliseconds(partial(_like, raw, text)) for text in typed[:PLAIN_QUERIES]]
    return Line(
        f"Search 100,000 customers: {name}, p95",
        percentile(found, 0.95),
        "ms",
        BAR,
        median(plain),
        "LIKE '%..%' over the names, median",
        details={**spread(found), "examples": typed[:5]},
    )


def _like(raw: dbapi2.Connection, typed: str) -> None:
    where = " AND ".join("name LIKE ?" for _ in typed.split())
    words = [f"%{word}%" for word in typed.split()]
    raw.execute(f"SELECT id FROM customer WHERE {where} ORDER BY name LIMIT 50", words).fetchall()


def _classes(raw: dbapi2.Connection) -> dict[str, Make]:
    """Ways of typing a piece of a customer drawn from the file."""
    drawn = random.Random(1)
    names = [row[0] for row in raw.execute("SELECT name FROM customer ORDER BY id")]
    numbers = [
        re.sub(r"\D", "", row[0]) for row in raw.execute("SELECT typed FROM contact_point WHERE kind <> 'email'")
    ]
    names, numbers = drawn.sample(names, 20_000), [n for n in drawn.sample(numbers, 20_000) if len(n) > 8]
    chinese = [found.group() for name in names if (found := HAN.search(name))]
    latin = [found.group() for name in names if (found := LATIN.search(name))]

    def piece(texts: list[str], length: int) -> Make:
        def make(chance: random.Random) -> str:
            text = chance.choice(texts)
            start = chance.randrange(max(1, len(text) - length + 1))
            return text[start : start + length]

        return make

    def pinyin(chance: random.Random) -> str:
        name = chance.choice(chinese)
        if chance.random() < 0.5:
            return "".join(pinyin_full(char)[:1] for char in name[: chance.randint(2, 4)])
        return pinyin_full(name)[: chance.randint(3, 8)]

    def two(chance: random.Random) -> str:
        text = chance.choice(chinese)
        return f"{text[:2]} {text[-2:]}"

    return {
        "1 Chinese character": piece(chinese, 1),
        "2 Chinese characters": piece(chinese, 2),
        "3 Chinese characters": piece(chinese, 3),
        "5 Chinese characters": piece(chinese, 5),
        "Latin": piece(latin, 4),
        "4 digits": piece(numbers, 4),
        "8 digits": piece(numbers, 8),
        "pinyin": pinyin,
        "absent": lambda chance: chance.choice(ABSENT),
        "two terms": two,
    }
