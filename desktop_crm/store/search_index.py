"""The search index: every searchable text, found by any part of it, of any length, in any size of shop.

``search_text`` keeps one folded text for each record, its fields parted by ``SEPARATOR``; ``search_index``
is a contentless FTS5 table of its tokens (``search_tokens``). One and two typed characters are prefixes of a
token, more are a token or several, ANDed and verified in the text itself. The key of a row holds its entity
in the upper bits and grows with time, so "newest first" and "only customers" need no sorting.

Everything special to SQLite's FTS5 is in this file.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Any

from sqlalchemy import Connection, text
from sqlalchemy.orm import Session

from desktop_crm.core.readings import NORMALISER_VERSION, SEPARATOR, normalise, search_readings
from desktop_crm.store import search_tokens

CANDIDATES = 1000
HEAD_CHARS = 24
BEGINNINGS = 100
MERGE_PAGES = 64
BULK_ROWS = 2000
MAX_FINDINGS = 20
_KIND_BITS = 40
_BULK_HASH_BYTES = 32 << 20
_HASH_BYTES = 1 << 20

Executor = Session | Connection
Row = tuple[str, bytes, str]

_DDL = (
    "CREATE TABLE search_kind (id INTEGER PRIMARY KEY, entity TEXT NOT NULL UNIQUE)",
    "CREATE TABLE search_text (id INTEGER PRIMARY KEY, kind INTEGER NOT NULL REFERENCES search_kind (id),"
    " ref BLOB NOT NULL, head TEXT NOT NULL, body TEXT NOT NULL, UNIQUE (kind, ref))",
    "CREATE INDEX ix_search_text_head ON search_text (kind, head)",
    "CREATE TABLE search_state (name TEXT PRIMARY KEY, value INTEGER NOT NULL)",
    "CREATE VIRTUAL TABLE search_index USING fts5(body, content='', detail=none, columnsize=0, prefix='1 2',"
    " tokenize='ascii')",
    "CREATE VIRTUAL TABLE search_token USING fts5vocab(search_index, row)",
)
# FTS5's own "secure-delete" stays off: with detail=none (SQLite 3.53) it loses tokens when one transaction edits
# several rows, and it makes the commit of one edit take 23 ms instead of 1. See wipe().
_SETTINGS = {"automerge": 0, "crisismerge": 64}

_KIND = text("SELECT id FROM search_kind WHERE entity = :entity")
_KINDS = text("SELECT id, entity FROM search_kind")
_ADD_KIND = text("INSERT INTO search_kind (entity) VALUES (:entity)")
_STORED = text("SELECT id, body FROM search_text WHERE kind = :kind AND ref = :ref")
_NEWEST = text("SELECT coalesce(max(id), :low) FROM search_text WHERE id BETWEEN :low AND :high")
_ADD = text("INSERT INTO search_text (id, kind, ref, head, body) VALUES (:id, :kind, :ref, :head, :body)")
_CHANGE = text("UPDATE search_text SET head = :head, body = :body WHERE id = :id")
_DROP = text("DELETE FROM search_text WHERE id = :id")
_INDEX = text("INSERT INTO search_index (rowid, body) VALUES (:id, :tokens)")
_UNINDEX = text("INSERT INTO search_index (search_index, rowid, body) VALUES ('delete', :id, :tokens)")
_COMMAND = text("INSERT INTO search_index (search_index, rank) VALUES (:name, :value)")
_SIMPLE_COMMAND = text("INSERT INTO search_index (search_index) VALUES (:name)")
_SET_VERSION = text(
    "INSERT INTO search_state (name, value) VALUES ('normaliser', :v) ON CONFLICT (name) DO UPDATE SET value = :v"
)
_EQUAL_NAMES = (
    "SELECT id, kind, ref FROM search_text WHERE kind = ? AND head = ? AND instr(body, ?) = 1 ORDER BY id DESC LIMIT ?"
)


@dataclass(frozen=True, slots=True)
class Found:
    """The best hits, how many there are (at most ``CANDIDATES``), and whether there are more than that."""

    rows: list[tuple[str, bytes]]
    total: int
    more: bool


def create(connection: Connection) -> None:
    """Make the empty tables of the index in a new file."""
    for statement in _DDL:
        connection.execute(text(statement))
    for name, value in _SETTINGS.items():
        connection.execute(_COMMAND, {"name": name, "value": value})
    connection.execute(_SET_VERSION, {"v": NORMALISER_VERSION})


def document(
    names: Sequence[str],
    *,
    phones: Iterable[str] = (),
    tax_numbers: Iterable[str] = (),
    contacts: Sequence[str] = (),
    codes: Iterable[str] = (),
) -> str:
    """The text to index for a record: each field folded, between two separators; the first name leads.

    Names and contacts are followed by their readings. ``phones`` are given as typed and as E.164; a Taiwanese
    number given only as +886 ... is also found as 0 ....
    """
    people = [name for name in (*names, *contacts) if name]
    fields = [normalise(value) for value in (*people, *codes, *tax_numbers)]
    for name in people:
        fields += search_readings(name)
    for phone in phones:
        digits = "".join(char for char in normalise(phone) if char.isdigit())
        fields += [digits, "0" + digits[3:]] if digits.startswith("886") and len(digits) > 8 else [digits]
    return SEPARATOR + "".join(field + SEPARATOR for field in dict.fromkeys(fields) if field)


def put(session: Executor, entity: str, ref: bytes, body: str) -> None:
    """Insert or update the text of one record; an update indexes anew what differs.

    Tokens with the same first character go together: they share entries of FTS5's prefix indexes.
    """
    tokens = search_tokens.tokens(body)
    kind = _kind(session, entity) or _add_kind(session, entity)
    stored = session.execute(_STORED, {"kind": kind, "ref": ref}).one_or_none()
    if stored is None:
        values = _values(_newest(session, kind) + 1, kind, ref, body)
        session.execute(_ADD, values)
    elif stored.body == body:
        return
    else:
        values = _values(stored.id, kind, ref, body)
        session.execute(_CHANGE, values)
        old = search_tokens.tokens(stored.body)
        changed = {token[0] for token in old ^ tokens}
        gone = [token for token in old if token[0] in changed]
        session.execute(_UNINDEX, {"id": stored.id, "tokens": " ".join(gone)})
        tokens = {token for token in tokens if token[0] in changed}
    session.execute(_INDEX, {"id": values["id"], "tokens": " ".join(tokens)})


def remove(session: Executor, entity: str, ref: bytes) -> None:
    """Forget one record; nothing happens when it is not there."""
    kind = _kind(session, entity)
    stored = session.execute(_STORED, {"kind": kind, "ref": ref}).one_or_none()
    if stored is not None:
        session.execute(_UNINDEX, {"id": stored.id, "tokens": _tokens_text(stored.body)})
        session.execute(_DROP, {"id": stored.id})


def bulk_load(connection: Connection, rows: Iterable[Row]) -> int:
    """Index many new records in one pass, oldest first; returns how many. A record already there is an error."""
    before = connection.execute(text("SELECT count(*) FROM search_text")).scalar_one()
    _command(connection, "hashsize", _BULK_HASH_BYTES)
    newest: dict[str, tuple[int, int]] = {}
    count = 0
    stream = iter(rows)
    while chunk := list(islice(stream, BULK_ROWS)):
        values = []
        for entity, ref, body in chunk:
            kind, last = newest.get(entity) or _start(connection, entity)
            newest[entity] = kind, last + 1
            values.append(_values(last + 1, kind, ref, body))
        connection.execute(_ADD, values)
        connection.execute(_INDEX, [{"id": v["id"], "tokens": _tokens_text(v["body"])} for v in values])
        count += len(chunk)
    _command(connection, "hashsize", _HASH_BYTES)
    if count > before:
        wipe(connection)
    return count


def clear(connection: Connection) -> None:
    """Empty the index and stamp it with the present normaliser; ``bulk_load`` then rebuilds it."""
    connection.execute(_SIMPLE_COMMAND, {"name": "delete-all"})
    connection.execute(text("DELETE FROM search_text"))
    connection.execute(_SET_VERSION, {"v": NORMALISER_VERSION})


def is_outdated(connection: Executor) -> bool:
    """Whether the index was made by another normaliser and must be rebuilt."""
    stored = connection.execute(text("SELECT value FROM search_state WHERE name = 'normaliser'")).scalar()
    return stored != NORMALISER_VERSION


def wipe(connection: Connection) -> None:
    """Rewrite the index so that nothing of removed or former texts is left in the file (1 s for 100,000 records).

    Needed when a person is erased; else ``merge_step`` does the same little by little.
    """
    connection.execute(_SIMPLE_COMMAND, {"name": "optimize"})


def merge_step(connection: Connection) -> bool:
    """Tidy a little, in idle time; true when there was something to do, so that another step is worth it."""
    before = connection.execute(text("SELECT total_changes()")).scalar_one()
    _command(connection, "merge", MERGE_PAGES)
    after = connection.execute(text("SELECT total_changes()")).scalar_one()
    return bool(after - before >= 2)


def find(
    connection: Executor,
    entity: str | None,
    terms: Sequence[Sequence[str]],
    limit: int,
    *,
    whole: Sequence[str] = (),
) -> Found:
    """The records that contain every term, each term in one of its forms (literal, folded texts).

    ``whole`` are the forms of all that was typed: a record with a field equal to one of them ranks first, then
    those with a field that begins so, then the newest. Of very many beginnings the 100 newest are looked at,
    for the name itself (the first field) all that are equal.
    """
    entities = _entities(connection)
    kinds = [key for key, name in entities.items() if entity in (name, None)]
    if not terms or not all(terms) or not kinds:
        return Found([], 0, False)
    query = _Query(connection, kinds[0] if entity is not None else None)
    count, newest = query.newest(terms, limit)
    ranked: list[_Hit] = []
    if count and whole:
        ranked = query.equal_names(whole[0], kinds, limit) + query.beginning(whole[:3], limit)
    hits = {id_: (kind, ref) for id_, kind, ref in (*ranked, *newest)}
    rows = [(entities[kind], bytes(ref)) for kind, ref in list(hits.values())[:limit]]
    return Found(rows, min(count, CANDIDATES), count > CANDIDATES)


def named(connection: Executor, entity: str, names: Iterable[str], limit: int) -> list[bytes]:
    """The newest records of an entity whose name (the first field) is one of the normalised ``names``."""
    kind = _kind(connection, entity)
    if kind is None:
        return []
    query = _Query(connection, kind)
    return [bytes(ref) for name in names for _id, _kind, ref in query.equal_names(name, [kind], limit)][:limit]


def check(connection: Connection, expected: Iterable[Row]) -> list[str]:
    """Compare the index with the texts it should hold; one sentence for each finding, none when all is well."""
    findings = ["The search index was made by another version of the program."] if is_outdated(connection) else []
    entities = _entities(connection)
    stored: dict[tuple[str, bytes], int] = {}
    counts: Counter[str] = Counter()
    prefixes: Counter[str] = Counter()
    for kind, ref, body in connection.execute(text("SELECT kind, ref, body FROM search_text")):
        stored[entities[kind], bytes(ref)] = hash(body)
        tokens = search_tokens.tokens(body)
        counts.update(tokens)
        prefixes.update({token[0] for token in tokens})
    findings += _compare_rows(stored, expected)
    wrong = _wrong_tokens(connection, counts) or _wrong_prefixes(connection, prefixes)
    return findings + ([f"{wrong} words of the search index do not agree with the texts."] if wrong else [])


# -- rows and tokens -------------------------------------------------------------------------------


def _entities(connection: Executor) -> dict[int, str]:
    return {int(key): str(name) for key, name in connection.execute(_KINDS)}


def _kind(connection: Executor, entity: str) -> int | None:
    found = connection.execute(_KIND, {"entity": entity}).scalar()
    return int(found) if found is not None else None


def _add_kind(connection: Executor, entity: str) -> int:
    connection.execute(_ADD_KIND, {"entity": entity})
    kind = _kind(connection, entity)
    assert kind is not None
    return kind


def _span(kind: int) -> dict[str, int]:
    """The keys that belong to an entity."""
    return {"low": kind << _KIND_BITS, "high": ((kind + 1) << _KIND_BITS) - 1}


def _newest(connection: Executor, kind: int) -> int:
    return int(connection.execute(_NEWEST, _span(kind)).scalar_one())


def _start(connection: Connection, entity: str) -> tuple[int, int]:
    kind = _kind(connection, entity) or _add_kind(connection, entity)
    return kind, _newest(connection, kind)


def _values(id_: int, kind: int, ref: bytes, body: str) -> dict[str, Any]:
    head = body[1 : 1 + HEAD_CHARS].partition(SEPARATOR)[0]
    return {"id": id_, "kind": kind, "ref": ref, "head": head, "body": body}


def _tokens_text(body: str) -> str:
    return " ".join(search_tokens.tokens(body))


def _command(connection: Connection, name: str, value: int) -> None:
    connection.execute(_COMMAND, {"name": name, "value": value})


# -- finding ---------------------------------------------------------------------------------------


_Hit = Sequence[Any]  # key, kind, ref


class _Query:
    """Runs FTS5 queries, newest first; every piece of user text is a bound value, within FTS5 a quoted token."""

    def __init__(self, connection: Executor, kind: int | None) -> None:
        self.connection = connection.connection() if isinstance(connection, Session) else connection
        self.range = "" if kind is None else " AND i.rowid BETWEEN ? AND ?"
        self.bounds = () if kind is None else tuple(_span(kind).values())

    def newest(self, terms: Sequence[Sequence[str]], limit: int) -> tuple[int, list[_Hit]]:
        """How many records match, at most one more than ``CANDIDATES``, and the newest of them."""
        source, values = self._source(terms)
        sql = (
            f"WITH c AS MATERIALIZED (SELECT i.rowid AS id FROM {source} ORDER BY i.rowid DESC LIMIT ?)"
            " SELECT t.id, t.kind, t.ref, (SELECT count(*) FROM c) FROM (SELECT id FROM c LIMIT ?) n"
            " CROSS JOIN search_text t ON t.id = n.id ORDER BY t.id DESC"
        )
        rows = self.connection.exec_driver_sql(sql, (*values, CANDIDATES + 1, limit)).all()
        return rows[0][3] if rows else 0, [row[:3] for row in rows]

    def beginning(self, whole: Sequence[str], limit: int) -> list[_Hit]:
        """Of the newest records with a field that begins as ``whole``: first those with an equal field."""
        source, values = self._source([[SEPARATOR + form for form in whole]], with_text=True)
        equal = [SEPARATOR + form + SEPARATOR for form in whole]
        sql = (
            f"SELECT id, kind, ref FROM (SELECT t.id, t.kind, t.ref, {_contains(equal)} AS same FROM {source}"
            " ORDER BY i.rowid DESC LIMIT ?) ORDER BY same DESC, id DESC LIMIT ?"
        )
        return [row[:3] for row in self.connection.exec_driver_sql(sql, (*equal, *values, BEGINNINGS, limit))]

    def equal_names(self, typed: str, kinds: Sequence[int], limit: int) -> list[_Hit]:
        """All records, up to ``limit`` of each entity, whose name is exactly what was typed."""
        values = (typed[:HEAD_CHARS], SEPARATOR + typed + SEPARATOR, limit)
        return [row[:3] for kind in kinds for row in self.connection.exec_driver_sql(_EQUAL_NAMES, (kind, *values))]

    def _source(self, terms: Sequence[Sequence[str]], with_text: bool = False) -> tuple[str, tuple[object, ...]]:
        """FROM and WHERE of a query, and its values; the texts are read only where they are needed."""
        checked = [forms for forms in terms if not all(search_tokens.is_one_token(form) for form in forms)]
        join = " CROSS JOIN search_text t ON t.id = i.rowid" if checked or with_text else ""
        verify = "".join(f" AND {_contains(forms)}" for forms in checked)
        match = " AND ".join("(" + " OR ".join(map(search_tokens.match, forms)) + ")" for forms in terms)
        values = (match, *self.bounds, *(form for forms in checked for form in forms))
        return f"search_index i{join} WHERE search_index MATCH ?{self.range}{verify}", values


def _contains(forms: Sequence[str]) -> str:
    """SQL that is true when the text holds one of ``forms``, which are to be bound in this order."""
    return "(" + " OR ".join(["instr(t.body, ?)"] * len(forms)) + ")"


# -- checking --------------------------------------------------------------------------------------


def _wrong_tokens(connection: Connection, counts: Counter[str]) -> int:
    """How many tokens are in the index for more or fewer records than they should be."""
    indexed: dict[str, int] = dict(connection.execute(text("SELECT term, doc FROM search_token")).all())
    return sum(indexed.get(token) != counts.get(token) for token in indexed.keys() | counts.keys())


def _wrong_prefixes(connection: Connection, counts: Counter[str]) -> int:
    """The same for the first characters of tokens, of which FTS5 keeps an index of its own.

    Its index of the first two characters can only lose an entry together with this one.
    """
    sql = "SELECT count(*) FROM search_index WHERE search_index MATCH ?"
    queries = {prefix: search_tokens.match(prefix) for prefix in counts}
    return sum(connection.exec_driver_sql(sql, (query,)).scalar() != counts[p] for p, query in queries.items())


def _compare_rows(stored: dict[tuple[str, bytes], int], expected: Iterable[Row]) -> list[str]:
    findings = []
    for entity, ref, body in expected:
        found = stored.pop((entity, ref), None)
        if found is None:
            findings.append(f"The {entity} {ref.hex()} is missing in the search index.")
        elif found != hash(body):
            findings.append(f"The {entity} {ref.hex()} has another text in the search index.")
    findings += [f"The {entity} {ref.hex()} is in the search index but nowhere else." for entity, ref in stored]
    if len(findings) > MAX_FINDINGS:
        rest = len(findings) - MAX_FINDINGS
        return [*findings[:MAX_FINDINGS], f"{rest} more entries of the search index are wrong."]
    return findings
