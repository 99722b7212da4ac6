"""The search index: nothing is missed, nothing is left behind, tampering is seen."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
import sqlcipher3.dbapi2
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import Connection, create_engine, text
from sqlalchemy.exc import IntegrityError
from sqlalchemy.pool import StaticPool

from desktop_crm.core.readings import SEPARATOR, normalise
from desktop_crm.store import search_index
from desktop_crm.store.search_index import document

NAMES = ["宏益水電工程有限公司", "臺北咖啡股份有限公司", "Hyper Moon Co., Ltd.", "3M臺灣", "曾國藩", "a1b2c3d4e5"]


def opened() -> Connection:
    """A connection to an empty index in memory."""
    engine = create_engine(
        "sqlite://", module=sqlcipher3.dbapi2, connect_args={"isolation_level": None}, poolclass=StaticPool
    )
    connection = engine.connect()
    search_index.create(connection)
    return connection


@pytest.fixture
def connection() -> Iterator[Connection]:
    made = opened()
    yield made
    made.close()
    made.engine.dispose()


def ref(number: int) -> bytes:
    """A key of a record."""
    return number.to_bytes(16, "big")


def rows(entity: str = "customer") -> list[tuple[str, bytes, str]]:
    """Index rows of ``NAMES``, each with a phone and a code."""
    return [
        (entity, ref(i), document([name], phones=[f"0912-{i:06}"], codes=[f"C{i:04}"])) for i, name in enumerate(NAMES)
    ]


def found(connection: Connection, typed: str, entity: str | None = "customer", limit: int = 50) -> list[int]:
    """The records that hold a folded text, best first."""
    hits = search_index.find(connection, entity, [[typed]], limit, whole=[typed])
    return [int.from_bytes(key, "big") for _, key in hits.rows]


def tokens(connection: Connection) -> int:
    """How many tokens are in the index."""
    return int(connection.execute(text("SELECT count(*) FROM search_token")).scalar_one())


def test_document_parts_fields_and_says_each_once() -> None:
    body = document(["宏益", "宏益"], phones=["+886 912-345-678", "0912345678"], contacts=["王"], codes=["C1", ""])
    fields = body.strip(SEPARATOR).split(SEPARATOR)
    assert fields[:3] == ["宏益", "王", "c1"]
    assert len(fields) == len(set(fields))
    assert {"886912345678", "0912345678", "ㄏㄧ"} <= set(fields)
    assert "" not in fields


@given(st.text(min_size=1, max_size=40), st.data())
def test_any_part_of_a_name_finds_it(name: str, data: st.DataObject) -> None:
    folded = normalise(name)
    if not folded:
        return
    start = data.draw(st.integers(0, len(folded) - 1))
    part = folded[start : data.draw(st.integers(start + 1, len(folded)))]
    connection = opened()
    search_index.put(connection, "customer", ref(1), document([name]))
    assert found(connection, part) == [1]
    connection.engine.dispose()


@given(st.text(alphabet="a1王0", min_size=1, max_size=14), st.text(alphabet="a1王0", min_size=1, max_size=8))
def test_found_exactly_when_it_is_a_part(name: str, typed: str) -> None:
    connection = opened()
    search_index.put(connection, "customer", ref(1), SEPARATOR + name + SEPARATOR)
    assert bool(found(connection, typed)) is (typed in name)
    connection.engine.dispose()


EDITS = st.lists(st.tuples(st.integers(0, 4), st.one_of(st.none(), st.sampled_from(NAMES))), max_size=8)


@given(st.lists(st.tuples(EDITS, st.booleans()), max_size=4))
def test_edits_and_removals_leave_the_index_as_if_made_anew(
    transactions: list[tuple[list[tuple[int, str | None]], bool]],
) -> None:
    connection = opened()
    expected: dict[int, str] = {}
    for edits, then_merge in transactions:
        connection.exec_driver_sql("BEGIN")
        for key, name in edits:
            if name is None:
                search_index.remove(connection, "customer", ref(key))
                expected.pop(key, None)
            else:
                expected[key] = document([name])
                search_index.put(connection, "customer", ref(key), expected[key])
        connection.exec_driver_sql("COMMIT")
        if then_merge:
            search_index.wipe(connection)
    assert search_index.check(connection, [("customer", ref(k), body) for k, body in expected.items()]) == []
    connection.execute(text("INSERT INTO search_index (search_index) VALUES ('integrity-check')"))
    for key in expected:
        search_index.remove(connection, "customer", ref(key))
    assert tokens(connection) == 0
    connection.engine.dispose()


def test_wiping_leaves_nothing_of_former_texts_in_the_index(connection: Connection) -> None:
    search_index.bulk_load(connection, rows())
    after = [("customer", key, document([f"永昌{key[-1]}"])) for _, key, _ in rows()[1:]]
    for row in after:
        search_index.put(connection, *row)
    search_index.remove(connection, "customer", ref(0))
    search_index.wipe(connection)
    blocks = connection.execute(text("SELECT block FROM search_index_data")).scalars().all()
    assert any("永".encode() in block for block in blocks)
    assert not any(char.encode() in block for block in blocks for char in "水咖湾曾")
    assert search_index.check(connection, after) == []


def test_an_edited_record_is_found_by_its_new_text_only(connection: Connection) -> None:
    search_index.bulk_load(connection, rows())
    search_index.put(connection, "customer", ref(0), document(["永昌水電"]))
    assert found(connection, "永昌") == [0]
    assert found(connection, "宏益") == []
    assert found(connection, "水电") == [0]


def test_bulk_load_and_single_saves_make_the_same_index(connection: Connection) -> None:
    assert search_index.bulk_load(connection, rows()) == len(NAMES)
    other = opened()
    for row in rows():
        search_index.put(other, *row)
    query = text("SELECT term, doc FROM search_token")
    assert connection.execute(query).all() == other.execute(query).all()
    other.engine.dispose()


def test_bulk_load_refuses_a_record_that_is_there(connection: Connection) -> None:
    search_index.put(connection, *rows()[0])
    with pytest.raises(IntegrityError):
        search_index.bulk_load(connection, rows())


def test_entities_are_kept_apart(connection: Connection) -> None:
    search_index.bulk_load(connection, rows("customer") + rows("product"))
    search_index.remove(connection, "product", ref(4))
    assert found(connection, "国藩", "customer") == [4]
    assert found(connection, "国藩", "product") == []
    assert found(connection, "国藩", "order") == []
    hits = search_index.find(connection, None, [["宏益"]], 50, whole=["宏益"])
    assert sorted(hits.rows) == [("customer", ref(0)), ("product", ref(0))]


def test_equal_and_beginning_rank_before_newer_ones_among_thousands(connection: Connection) -> None:
    names = ["大同", "大同電機", *(f"新大同{i}" for i in range(1200)), "同大同"]
    search_index.bulk_load(connection, (("customer", ref(i), document([name])) for i, name in enumerate(names)))
    hits = search_index.find(connection, "customer", [["大同"]], 4, whole=["大同"])
    assert [int.from_bytes(key, "big") for _, key in hits.rows] == [0, 1, 1202, 1201]
    assert (hits.total, hits.more) == (search_index.CANDIDATES, True)


def test_totals_count_up_to_the_limit_of_candidates(connection: Connection) -> None:
    count = search_index.CANDIDATES
    search_index.bulk_load(connection, (("customer", ref(i), document(["大同"])) for i in range(count)))
    hits = search_index.find(connection, "customer", [["大"]], 3)
    assert (len(hits.rows), hits.total, hits.more) == (3, count, False)
    search_index.put(connection, "customer", ref(count), document(["大同"]))
    hits = search_index.find(connection, "customer", [["大"]], 3)
    assert (len(hits.rows), hits.total, hits.more) == (3, count, True)


def test_merging_ends_and_changes_nothing_that_is_found(connection: Connection) -> None:
    for i in range(40):
        search_index.put(connection, "customer", ref(i), document([f"宏益{i}"]))
    before = found(connection, "宏益")
    steps = 0
    while search_index.merge_step(connection):
        steps += 1
    assert steps > 0
    assert found(connection, "宏益") == before == list(range(39, -1, -1))


def test_clear_empties_everything(connection: Connection) -> None:
    search_index.bulk_load(connection, rows())
    search_index.clear(connection)
    assert tokens(connection) == 0
    assert search_index.check(connection, []) == []
    assert search_index.bulk_load(connection, rows()) == len(NAMES)
    assert found(connection, "宏益") == [0]


def test_an_index_of_another_normaliser_is_outdated(connection: Connection) -> None:
    assert not search_index.is_outdated(connection)
    connection.execute(text("UPDATE search_state SET value = value + 1"))
    assert search_index.is_outdated(connection)
    assert len(search_index.check(connection, [])) == 1
    search_index.clear(connection)
    assert not search_index.is_outdated(connection)


@pytest.mark.parametrize(
    ("tampering", "said"),
    [
        ("UPDATE search_text SET body = replace(body, '宏益', '弘益') WHERE head LIKE '宏益%'", "has another text"),
        ("DELETE FROM search_text WHERE head LIKE '宏益%'", "is missing"),
        ("INSERT INTO search_index (rowid, body) VALUES (1, '鬼')", "1 words"),
        ("INSERT INTO search_index (search_index, rowid, body) VALUES ('delete', 1099511627777, '宏益水')", "1 words"),
        ("INSERT INTO search_index (search_index) VALUES ('delete-all')", "words of the search index"),
    ],
)
def test_check_finds_tampering(connection: Connection, tampering: str, said: str) -> None:
    search_index.bulk_load(connection, rows())
    assert search_index.check(connection, rows()) == []
    connection.execute(text(tampering))
    assert any(said in finding for finding in search_index.check(connection, rows()))


def test_check_finds_missing_and_forgotten_records_and_stays_short(connection: Connection) -> None:
    search_index.bulk_load(connection, rows())
    assert search_index.check(connection, rows()[1:]) == [
        f"The customer {ref(0).hex()} is in the search index but nowhere else."
    ]
    many = [("product", ref(i), document(["x"])) for i in range(100)]
    assert len(search_index.check(connection, rows() + many)) == search_index.MAX_FINDINGS + 1


def test_check_finds_a_lost_prefix_entry(connection: Connection) -> None:
    before, after = document(["Acme", "abc"]), document(["Acme"])
    search_index.put(connection, "customer", ref(1), before)
    connection.execute(text("UPDATE search_text SET body = :body"), {"body": after})
    lost = f"abc bc c {SEPARATOR}ab"  # FTS5 forgets the record for a* too, although "acm" is left
    connection.execute(
        text("INSERT INTO search_index (search_index, rowid, body) SELECT 'delete', id, :lost FROM search_text"),
        {"lost": lost},
    )
    findings = search_index.check(connection, [("customer", ref(1), after)])
    assert len(findings) == 1
    assert findings[0].endswith("do not agree with the texts.")
