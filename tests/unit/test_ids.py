"""Keys: UUIDv7 that only grow, whatever the clock does."""

from __future__ import annotations

import time
import uuid
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy.dialects import postgresql, sqlite

from desktop_crm.core import ids
from desktop_crm.core.ids import Uuid, new_id, new_key

SQLITE, POSTGRES = sqlite.dialect(), postgresql.dialect()


@pytest.fixture(autouse=True)
def own_sequence() -> Iterator[None]:
    """What a test does to the clock must not push the keys of later tests into the future."""
    before = ids._last
    yield
    ids._last = before


def rising(keys: list[uuid.UUID]) -> bool:
    return all(one < other for one, other in pairwise(keys))


def is_version_7(key: uuid.UUID) -> bool:
    return key.version == 7 and key.variant == uuid.RFC_4122


def test_a_key_is_a_uuid_of_version_7_with_the_time_in_front() -> None:
    before = time.time_ns() // 1_000_000
    key = new_id()
    after = time.time_ns() // 1_000_000
    assert is_version_7(key)
    assert before <= key.int >> 80 <= after + 1


def test_keys_rise_as_objects_as_text_and_as_bytes() -> None:
    keys = [new_id() for _ in range(5000)]
    assert rising(keys)
    assert sorted(keys, key=str) == keys
    assert sorted(keys, key=lambda key: key.bytes) == keys
    assert all(map(is_version_7, keys))


@pytest.mark.parametrize("moments", [[10**18] * 3000, list(range(10**18, 10**18 - 3000 * 10**9, -(10**9)))])
def test_keys_rise_while_the_clock_stands_or_runs_backwards(
    monkeypatch: pytest.MonkeyPatch, moments: list[int]
) -> None:
    ids._last = 0
    clock = iter(moments)
    monkeypatch.setattr(ids.time, "time_ns", lambda: next(clock))
    keys = [new_id() for _ in moments]
    assert rising(keys)
    assert all(map(is_version_7, keys))


def test_several_threads_never_make_the_same_key() -> None:
    with ThreadPoolExecutor(4) as pool:
        lists = list(pool.map(lambda _: [new_id() for _ in range(2000)], range(4)))
    assert all(map(rising, lists))
    assert len({key for keys in lists for key in keys}) == 8000


@given(st.integers(0, 2**48 - 2), st.integers(0, 2**12 - 1), st.integers(0, 2**62 - 1))
def test_the_following_key_is_greater_and_still_version_7(millis: int, high: int, low: int) -> None:
    key = uuid.UUID(int=millis << 80 | 0x7 << 76 | high << 64 | 0x2 << 62 | low)
    after = uuid.UUID(int=ids._following(key.int))
    assert key < after
    assert is_version_7(after)


def test_the_raw_key_is_the_same_kind() -> None:
    assert is_version_7(uuid.UUID(bytes=new_key()))


@given(st.uuids())
def test_a_key_survives_both_databases(key: uuid.UUID) -> None:
    column = Uuid()
    assert column.process_bind_param(key, SQLITE) == key.bytes == column.process_bind_param(key.bytes, SQLITE)
    assert column.process_result_value(key.bytes, SQLITE) == key
    assert column.process_bind_param(key, POSTGRES) == key == column.process_bind_param(key.bytes, POSTGRES)
    assert column.process_result_value(key, POSTGRES) == key


@pytest.mark.parametrize("dialect", [SQLITE, POSTGRES])
def test_no_key_stays_none(dialect: sqlite.dialect) -> None:
    assert Uuid().process_bind_param(None, dialect) is None
    assert Uuid().process_result_value(None, dialect) is None
