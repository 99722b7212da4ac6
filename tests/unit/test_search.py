"""What is typed and what is found: words, digits, pinyin, 注音, and signs that mean nothing."""

from __future__ import annotations

import uuid
from collections.abc import Iterator

import pytest
import sqlcipher3.dbapi2
from sqlalchemy import create_engine
from sqlalchemy.orm import Session
from sqlalchemy.pool import StaticPool

from desktop_crm.services.search import NOTHING, search
from desktop_crm.store import search_index
from desktop_crm.store.search_index import document

SHOP = {
    "hongyi": document(
        ["宏益水電工程有限公司", "宏益"],
        phones=["0912-345-678", "+886912345678", "(02) 2345-6789", "+886223456789"],
        tax_numbers=["04595257"],
        contacts=["王小明", "陳怡君"],
        codes=["C0001", "hongyi@example.com"],
    ),
    "coffee": document(["臺北咖啡股份有限公司"], contacts=["單曉明"], tax_numbers=["12345675"], codes=["C0002"]),
    "hyper": document(["Hyper Moon Co., Ltd.", "100%_Near*"], phones=["+1 212 555 0100"], codes=["C0003"]),
    "guofan": document(["曾國藩"], phones=["+886 933-000-111"], codes=["C0004"]),
    "bank": document(["重慶長榮銀行"], contacts=['O\'Brien "Bob"'], codes=["C0010"]),
    "tea": document(["好茶🍵 & 3M臺灣"], codes=["C0011"]),
    "cafe": document(["Café Señor"], codes=["C0012"]),
}
KEYS = {name: uuid.UUID(int=i + 1) for i, name in enumerate(SHOP)}
NAMES = {key: name for name, key in KEYS.items()}


@pytest.fixture(scope="module")
def session() -> Iterator[Session]:
    """A session on a small shop that the tests only read."""
    engine = create_engine(
        "sqlite://", module=sqlcipher3.dbapi2, connect_args={"isolation_level": None}, poolclass=StaticPool
    )
    with Session(engine) as made:
        search_index.create(made.connection())
        rows = [("customer", KEYS[name].bytes, body) for name, body in SHOP.items()]
        search_index.bulk_load(
            made.connection(), [*rows, ("product", uuid.UUID(int=99).bytes, document(["宏益牌水管"]))]
        )
        yield made
    engine.dispose()


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        # Chinese, any part, any length, traditional or simplified, any width
        ("宏", ["hongyi"]),
        ("水電", ["hongyi"]),
        ("水电", ["hongyi"]),
        ("有限公司", ["hongyi", "coffee"]),
        ("台北咖啡股份", ["coffee"]),
        ("臺北", ["coffee"]),
        ("宏益咖啡", []),
        ("益宏", []),
        # words are all wanted, in any order, in any field
        ("公司 宏益", ["hongyi"]),
        ("王小明 宏", ["hongyi"]),
        ("宏益 咖啡", []),
        ("moon　HYPER", ["hyper"]),
        # contacts
        ("怡君", ["hongyi"]),
        ("o'brien", ["bank"]),
        # digits: phones as typed and as E.164, tax number, code
        ("0912345678", ["hongyi"]),
        ("886912345678", ["hongyi"]),
        ("+886 912 345 678", ["hongyi"]),
        ("0912-345", ["hongyi"]),
        ("5678", ["hongyi"]),
        ("(02) 2345", ["hongyi"]),
        ("0933000111", ["guofan"]),
        ("2125550100", ["hyper"]),
        ("04595257", ["hongyi"]),
        ("0459 2345", ["hongyi"]),
        ("c0004", ["guofan"]),
        ("1234", ["coffee", "hongyi"]),
        ("12346", []),
        # pinyin: initials, whole, unfinished; surnames and several readings
        ("hy", ["hongyi", "hyper"]),
        ("hysd", ["hongyi"]),
        ("HYSDGC", ["hongyi"]),
        ("hongyi", ["hongyi"]),
        ("hongyishui", ["hongyi"]),
        ("wangxiao", ["hongyi"]),
        ("wxm", ["hongyi"]),
        ("zgf", ["guofan"]),
        ("zengguofan", ["guofan"]),
        ("sxm", ["coffee"]),
        ("cqcryh", ["bank"]),
        ("chongqing", ["bank"]),
        ("changrong", ["bank"]),
        ("3mtw", ["tea"]),
        ("xmw", []),
        # 注音
        ("ㄏㄧ", ["hongyi"]),
        ("ㄏㄨㄥˊㄧˋ", ["hongyi"]),
        ("ㄗㄍㄈ", ["guofan"]),
        ("ㄧㄏㄗ", []),
        # Latin, accents, emoji
        ("per", ["hyper"]),
        ("cafe", ["cafe"]),
        ("SENOR", ["cafe"]),
        ("🍵", ["tea"]),
        # nothing is syntax
        ("100%", ["hyper"]),
        ("100%_near*", ["hyper"]),
        ("%", []),
        ("_", []),
        ("*", []),
        ('"', []),
        ("h*y", ["hongyi", "hyper"]),
        ('"bob"', ["bank"]),
        ("NEAR", ["hyper"]),
        ("near(宏 益)", []),
        ("宏 AND 益", []),
        ("宏 NOT 益", []),
        ("body:宏", []),
        ("^宏", ["hongyi"]),
        ("-宏", ["hongyi"]),
        ("'; DROP TABLE search_text; --", []),
        ("宏\0益", ["hongyi"]),
        ("\ud800宏", ["hongyi"]),
        ("\uf8ff宏益\uf8ff", ["hongyi"]),
        ("ÇØ", []),
        ("", []),
        ("   ", []),
        ("宏" * 5000, []),
        ("a b c d e f g h i j k l m n o p q r s t u v w x y z", []),
    ],
)
def test_search(session: Session, typed: str, found: list[str]) -> None:
    hits = search(session, typed)
    assert sorted(NAMES[key] for key in hits.ids) == sorted(found)
    assert (hits.total, hits.more) == (len(found), False)


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("hy", "hongyi"),
        ("hyp", "hyper"),
        ("c001", "cafe"),
        ("hongyi", "hongyi"),
        ("宏益", "hongyi"),
        ("moon", "hyper"),
        ("c0001", "hongyi"),
    ],
)
def test_the_best_comes_first(session: Session, typed: str, first: str) -> None:
    assert NAMES[search(session, typed).ids[0]] == first


def test_the_limit_bounds_the_ids_but_not_the_total(session: Session) -> None:
    hits = search(session, "c00", limit=2)
    assert [NAMES[key] for key in hits.ids] == ["cafe", "tea"]
    assert hits.total == len(SHOP)


def test_other_entities(session: Session) -> None:
    assert search(session, "水管") == NOTHING
    assert search(session, "水管", entity="product").ids == [uuid.UUID(int=99)]
    everywhere = search(session, "宏益", entity=None)
    assert dict(zip(everywhere.ids, everywhere.entities, strict=True)) == {
        KEYS["hongyi"]: "customer",
        uuid.UUID(int=99): "product",
    }
    assert search(session, "宏益", entity="nothing such") == NOTHING
