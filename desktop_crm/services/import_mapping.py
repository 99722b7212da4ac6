"""Saved mappings: which column of which file becomes which field, as JSON beside the program or the user's data.

A value is a pattern with column names in braces: ``{OrderID}``, ``NW-{OrderID}``; ``{#}`` counts rows whose
pattern is otherwise equal. A field may also be an object: ``from`` a pattern, ``values`` that are replaced, a
``lookup`` in another file. The two mappings in ``resources/mappings`` are examples of everything there is.
"""

from __future__ import annotations

import json
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from desktop_crm.core import paths
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.core.money import TaxMode, currency
from desktop_crm.services import import_rows
from desktop_crm.services.import_rows import Problem, Row

PLACE = re.compile(r"\{([^{}]+)\}")
ENTITIES = ("customers", "products", "orders", "lines")


@dataclass(frozen=True, slots=True)
class Layout:
    """One form in which a file comes: its name, "csv" or "blanks", and the columns if it has no header."""

    name: str
    form: str = "csv"
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Section:
    """How one kind of record is made: from the rows of ``file`` (or the fixed ``rows``), known by ``key``.

    ``once`` says that the same key may come again and the first row counts.
    """

    fields: dict[str, Any]
    key: str
    file: str = ""
    once: bool = False
    rows: tuple[dict[str, str], ...] = ()


@dataclass(frozen=True, slots=True)
class Mapping:
    """A mapping, checked when it was loaded.

    ``table``: made for one table that a user mapped in the window; its rows are matched with the records of the
    shop, blank cells change nothing, and an order is taken whole or not at all. ``skip``: known records stay as
    they are.
    """

    name: str
    title: str
    system: str
    currency: str
    tax_mode: str
    country: str
    files: dict[str, tuple[Layout, ...]]
    sections: dict[str, Section]
    dates: tuple[str, ...]
    suspect: str = ""
    encoding: str = ""
    tax_percent: str = "0"
    table: bool = False
    skip: bool = False


@dataclass(slots=True)
class Source:
    """The files of a mapping, found and read; ``used`` are the columns that were asked for."""

    name: str
    rows: dict[str, list[Row]]
    columns: dict[str, list[str]]
    names: dict[str, str]
    lookups: dict[tuple[str, str, str], dict[str, str]] = field(default_factory=dict)


def names() -> list[str]:
    """The saved mappings that can be named."""
    return sorted({path.stem for folder in _folders() for path in folder.glob("*.json")})


def load(name: str) -> Mapping:
    """The mapping called ``name``, or in the file of that path; raises UserError when there is none or it is wrong."""
    candidates = [Path(name)] if name.endswith(".json") else [folder / f"{name}.json" for folder in _folders()]
    path = next((path for path in candidates if path.is_file()), None)
    if path is None:
        raise UserError(
            N_("There is no mapping %(name)s."), N_("Known are: %(known)s."), name=name, known=", ".join(names())
        )
    try:
        return parse(path.stem, json.loads(path.read_text(encoding="utf-8")))
    except (ValueError, KeyError, TypeError, AttributeError, OSError, re.error) as error:
        raise UserError(
            N_("The mapping %(name)s is not valid: %(reason)s."), name=path.name, reason=repr(error)
        ) from error


def parse(name: str, data: dict[str, Any]) -> Mapping:
    """A mapping from its JSON form; raises ValueError, KeyError, TypeError or re.error for a wrong one."""
    unknown = set(data["sections"]) - set(ENTITIES)
    if unknown:
        raise ValueError(f"unknown sections {sorted(unknown)}")
    re.compile(data.get("suspect", ""))
    files = {
        alias: tuple(Layout(item["name"], item.get("form", "csv"), tuple(item.get("columns", ()))) for item in layouts)
        for alias, layouts in data["files"].items()
    }
    sections = {
        entity: Section(
            dict(item["fields"]),
            item["key"],
            item.get("file", ""),
            item.get("once", False),
            tuple(item.get("rows", ())),
        )
        for entity, item in data["sections"].items()
    }
    return Mapping(
        name,
        data.get("title", name),
        data["system"],
        currency(data["currency"]).code,
        TaxMode(data.get("tax_mode", "untaxed")).value,
        data.get("country", ""),
        files,
        sections,
        tuple(data["dates"]),
        data.get("suspect", ""),
        data.get("encoding", ""),
    )


def fitting(source: Path) -> Mapping:
    """The one saved mapping whose files are all in ``source``; raises UserError unless exactly one fits."""
    found = [mapping for mapping in map(load, names()) if _fits(mapping, source)]
    if len(found) != 1:
        raise UserError(
            N_("Which mapping fits %(source)s is not clear."),
            N_("Name one with --mapping: %(known)s."),
            source=source.name,
            known=", ".join(names()),
        )
    return found[0]


def suggestion(file: Path) -> tuple[str, str, Path] | None:
    """Name and title of the saved mapping that means a file by its name, and the file or folder to import by it."""
    for mapping in map(load, names()):
        layouts = [layout.name.casefold() for several in mapping.files.values() for layout in several]
        source = file if len(mapping.files) == 1 else file.parent
        if file.name.casefold() in layouts and _fits(mapping, source):
            return mapping.name, mapping.title, source
    return None


def open_source(mapping: Mapping, source: Path, problem: Any) -> Source:
    """Read every file of the mapping from a folder, or from the file itself when the mapping has but one.

    ``problem(file, line, message, params)`` hears of broken rows. Raises UserError for a missing file or column.
    """
    opened = Source(source.name, {}, {}, {})
    for alias, layouts in mapping.files.items():
        path, layout = _find(source, layouts, only=len(mapping.files) == 1)
        text = import_rows.read_text(path, mapping.encoding)
        opened.columns[alias], opened.rows[alias] = import_rows.rows(
            text, layout.form, list(layout.columns), _bound(problem, path.name)
        )
        opened.names[alias] = path.name
        if not opened.rows[alias]:
            raise UserError(N_("%(file)s has no rows."), N_("Choose another file."), file=path.name)
    _require_columns(mapping, opened)
    return opened


def section_rows(mapping: Mapping, source: Source, entity: str) -> Iterator[tuple[str, Row, str]]:
    """File name, row and key of every row a section is made from."""
    section = mapping.sections[entity]
    if section.rows:
        fixed = [Row(place, dict(cells)) for place, cells in enumerate(section.rows, start=1)]
        file = f"{mapping.name}.json"
    else:
        fixed, file = source.rows[section.file], source.names[section.file]
    counted: Counter[str] = Counter()
    for row in fixed:
        yield file, row, _numbered(section.key, row, counted)


def filled(spec: Any, row: Row, source: Source, key: str = "") -> str:
    """The text a field's pattern gives for a row, without blanks around it; ``{key}`` is the row's own key."""
    if not isinstance(spec, dict):
        return _fill(str(spec), row, key)
    value = _fill(spec["from"], row, key)
    if "lookup" in spec:
        lookup = spec["lookup"]
        value = _lookup(source, lookup["file"], lookup["key"], lookup["value"]).get(value, "")
    return str(spec.get("values", {}).get(value, value))


def unused(mapping: Mapping, source: Source) -> Iterator[tuple[str, list[str]]]:
    """Per file the columns nothing is made of."""
    used: dict[str, set[str]] = {alias: set() for alias in source.columns}
    for alias, column in _asked(mapping):
        used[alias].add(column)
    for alias, columns in source.columns.items():
        if left := [column for column in columns if column not in used[alias]]:
            yield source.names[alias], left


def _folders() -> list[Path]:
    return [paths.resource_dir() / "mappings", paths.data_dir() / "mappings"]


def _fits(mapping: Mapping, source: Path) -> bool:
    try:
        for layouts in mapping.files.values():
            _find(source, layouts, only=False)
    except UserError:
        return False
    return True


def _find(source: Path, layouts: Iterable[Layout], only: bool) -> tuple[Path, Layout]:
    layouts = list(layouts)
    if source.is_file():
        named = [layout for layout in layouts if layout.name.casefold() == source.name.casefold()]
        if named or only:
            return source, (named or layouts)[0]
    elif not source.exists():
        raise UserError(N_("%(path)s is not there."), N_("Choose another file or folder."), path=str(source))
    else:
        there = {path.name.casefold(): path for path in source.iterdir() if path.is_file()}
        for layout in layouts:
            if layout.name.casefold() in there:
                return there[layout.name.casefold()], layout
    raise UserError(
        N_("%(file)s is missing in %(source)s."),
        N_("Choose the folder with all files of this mapping."),
        file=layouts[0].name,
        source=str(source),
    )


def _bound(problem: Any, file: str) -> Problem:
    def told(line: int, message: str, params: dict[str, object]) -> None:
        problem(file, line, message, params)

    return told


def _asked(mapping: Mapping) -> Iterator[tuple[str, str]]:
    """File alias and column of every place in the patterns."""
    for section in mapping.sections.values():
        specs = [section.key, *section.fields.values()]
        for spec in specs:
            pattern = spec["from"] if isinstance(spec, dict) else str(spec)
            if section.file:
                yield from ((section.file, name) for name in PLACE.findall(pattern) if name not in ("#", "key"))
            if isinstance(spec, dict) and "lookup" in spec:
                lookup = spec["lookup"]
                yield from ((lookup["file"], lookup[name]) for name in ("key", "value"))


def _require_columns(mapping: Mapping, source: Source) -> None:
    for alias, column in _asked(mapping):
        if column not in source.columns[alias]:
            raise UserError(
                N_("%(file)s has no column %(column)s."),
                N_("Choose another mapping or file."),
                file=source.names[alias],
                column=column,
            )


def _numbered(pattern: str, row: Row, counted: Counter[str]) -> str:
    text = _fill(pattern, row, "")
    if "{#}" not in text:
        return text
    counted[text] += 1
    return text.replace("{#}", str(counted[text]))


def _fill(pattern: str, row: Row, key: str) -> str:
    def put(found: re.Match[str]) -> str:
        name = found[1]
        if name == "#":
            return found[0]
        return key if name == "key" else row.cells[name].strip()

    return PLACE.sub(put, pattern).strip()


def _lookup(source: Source, alias: str, key: str, value: str) -> dict[str, str]:
    found = source.lookups.get((alias, key, value))
    if found is None:
        found = {row.cells[key].strip(): row.cells[value].strip() for row in source.rows[alias]}
        source.lookups[alias, key, value] = found
    return found
