"""Sweeps over everything registered: models, states, keys, services. A new one is held to the same rules."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
import re
from collections.abc import Callable, Iterator
from inspect import signature
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from sqlalchemy import Column, Index, PrimaryKeyConstraint, Table, UniqueConstraint

import desktop_crm.models
import desktop_crm.services
from desktop_crm.core.permissions import permission_of
from desktop_crm.models import Base, Record
from desktop_crm.services import history

PACKAGE = Path(desktop_crm.services.__file__).parents[1]
TABLES = {mapper.local_table.name: mapper.local_table for mapper in Base.registry.mappers}

# Made from records, or part of the machinery itself: nothing a user types stands only here.
NOT_RECORDS = {
    "blob": "bytes by their hash, never changed",
    "counter": "numbers given out; changed by UPDATE ... RETURNING only",
    "customer_figures": "derived",
    "customer_month": "derived",
    "journal": "the journal itself",
    "order_to_accept": "derived",
    "receivable": "derived",
    "shop_month": "derived",
    "tombstone": "what the journal deleted",
}

# Foreign keys without an index: nobody searches by them, and their parents are hardly ever deleted.
UNINDEXED = {
    "customer_order.contact_id": "read only when the making of a contact is undone; an index would slow every order",
    "grading_run.scores_sha": "blobs are never deleted",
    "quotation_revision.snapshot_sha": "blobs are never deleted",
    "quotation_revision.pdf_sha": "blobs are never deleted",
}

# Bulk statements on records outside journal.bulk_update, with the reason why versions may stay.
BULK_ON_RECORDS = {
    "erasing": "what is erased leaves its key in the journal, told by journal.bulk_keys, and nothing else",
    "grading_runs": "its run is written whole in the same transaction, told by a note in the journal",
    "import_undo": "takes back what an import made: the keys are journaled one by one by journal.bulk_keys",
}
# Services with SQL of their own, because the mapped road is too slow for whole shops.
OWN_SQL = {"grading_runs": "100,000 new rows told by a note", "bulk": "fills a new sample shop"}


def modules(package: ModuleType) -> dict[str, ModuleType]:
    """Every module of a package by its last name."""
    found = pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    return {info.name.rpartition(".")[2]: importlib.import_module(info.name) for info in found}


MODELS = modules(desktop_crm.models)
SERVICES = modules(desktop_crm.services)


# -- records ---------------------------------------------------------------------------------------


def test_every_model_says_what_it_is() -> None:
    for mapper in Base.registry.mappers:
        doc = mapper.class_.__dict__.get("__doc__")
        assert doc, mapper.class_
        assert doc.strip().endswith("."), mapper.class_


def test_every_table_is_a_journaled_record_or_known_not_to_be() -> None:
    plain = {mapper.local_table.name for mapper in Base.registry.mappers if not issubclass(mapper.class_, Record)}
    assert plain == set(NOT_RECORDS)


def test_every_record_has_a_version_that_conflicts_show_in() -> None:
    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record):
            assert mapper.version_id_col is mapper.local_table.c.version, mapper.class_
            assert not mapper.local_table.c.version.nullable


def test_every_value_of_a_record_can_be_journaled() -> None:
    from desktop_crm.store.journal import decode

    for mapper in Base.registry.mappers:
        if issubclass(mapper.class_, Record):
            for column in mapper.local_table.c:
                assert decode(column, None) is None
                assert column.type.python_type is not bytes, f"{column}: bytes belong into a blob"


# -- states ----------------------------------------------------------------------------------------

STATES = {name: module.TRANSITIONS for name, module in MODELS.items() if hasattr(module, "TRANSITIONS")}


def test_the_states_are_found() -> None:
    assert {"quotation", "order", "followup", "payment", "equipment"} <= set(STATES)


@pytest.mark.parametrize("name", STATES)
def test_states_are_complete_and_reachable(name: str) -> None:
    transitions: dict[Any, frozenset[Any]] = STATES[name]
    first, kind = next(iter(transitions)), type(next(iter(transitions)))
    assert set(transitions) == set(kind), "every state has its arrows"
    assert all(targets <= set(kind) for targets in transitions.values())
    assert all(state not in targets for state, targets in transitions.items()), "no arrow to itself"
    reached, todo = {first}, [first]
    while todo:
        new = transitions[todo.pop()] - reached
        reached |= new
        todo += new
    assert reached == set(kind), "the first state leads to every other"


@pytest.mark.parametrize(
    "name", sorted(set(STATES) - {"equipment"})
)  # is mostly written down when it is in use already
def test_a_new_record_is_in_the_first_state(name: str) -> None:
    kind = type(next(iter(STATES[name])))
    values = [getattr(column.default, "arg", None) for table in TABLES.values() for column in table.c]
    assert {value for value in values if isinstance(value, kind)} == {next(iter(STATES[name]))}


# -- keys ------------------------------------------------------------------------------------------


def leading_columns(table: Table) -> Iterator[Column[Any]]:
    """The columns a search can begin with."""
    keys = [item for item in table.constraints if isinstance(item, PrimaryKeyConstraint | UniqueConstraint)]
    for key in [*keys, *(index for index in table.indexes if isinstance(index, Index))]:
        partial = isinstance(key, Index) and key.dialect_options["sqlite"].get("where") is not None
        if key.columns and not partial:
            yield next(iter(key.columns))


def test_every_foreign_key_leads_an_index() -> None:
    missing = set()
    for table in TABLES.values():
        leading = {column.name for column in leading_columns(table)}
        for column in table.c:
            if column.foreign_keys and column.name not in leading and not column.unique:
                missing.add(f"{table.name}.{column.name}")
    assert missing == set(UNINDEXED)


def test_every_key_to_a_record_is_a_foreign_key() -> None:
    """A column called something_id points at a table, unless it names any kind of record."""
    loose = {
        f"{table.name}.{column.name}"
        for table in TABLES.values()
        for column in table.c
        if column.name.endswith("_id") and not column.foreign_keys
    }
    assert loose == {
        "custom_value.record_id",  # of any entity
        "customer_figures.owner_id",  # derived: a copy of customer.owner_id
        "external_key.record_id",  # of any entity
        "follow_up.about_id",  # of any entity
        "journal.batch_id",  # of the journal itself
        "journal.reverses_id",
    }


# -- services --------------------------------------------------------------------------------------


def functions() -> Iterator[tuple[str, Callable[..., Any]]]:
    """Every public function of the services."""
    for name, module in SERVICES.items():
        for function_name, function in inspect.getmembers(module, inspect.isfunction):
            if function.__module__ == module.__name__ and not function_name.startswith("_"):
                yield f"{name}.{function_name}", function


def test_every_service_function_says_what_it_does() -> None:
    silent = [name for name, function in functions() if not (function.__doc__ or "").strip()]
    assert silent == []
    assert len(list(functions())) > 100


def test_every_final_action_is_a_function_that_exists() -> None:
    known = {name for name, _ in functions()} | {"shop.create"}
    assert known >= history.FINAL_ACTIONS


def bulk_statements(module: ModuleType) -> Iterator[str]:
    """The table of every ``update(...)`` and ``delete(...)`` of SQLAlchemy in a module."""
    for node in ast.walk(ast.parse(inspect.getsource(module))):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("update", "delete"):
            if not getattr(getattr(module, node.func.id, None), "__module__", "").startswith("sqlalchemy"):
                continue
            written = ast.unparse(node.args[0])
            target = eval(written, vars(module)) if written in vars(module) or "." in written else None
            if target is None:
                yield f"<{written}>"  # a variable: a record for all one knows
            else:
                yield target.name if isinstance(target, Table) else target.__tablename__


def test_no_bulk_statement_changes_a_record_unseen() -> None:
    """A Core statement raises no version and writes no journal; journal.bulk_update does both."""
    seen = {(name, table) for name, module in SERVICES.items() for table in bulk_statements(module)}
    assert ("numbering", "counter") in seen, "the sweep sees bulk statements at all"
    assert {name for name, table in seen if table not in NOT_RECORDS} == set(BULK_ON_RECORDS)


def test_no_service_has_sql_of_its_own() -> None:
    writing = re.compile(r"\b(UPDATE\s+\w+\s+SET|DELETE\s+FROM|INSERT\s+(OR\s+\w+\s+)?INTO|REPLACE\s+INTO)\b")
    found = {name for name, module in SERVICES.items() if writing.search(inspect.getsource(module))}
    assert found == set(OWN_SQL)


# -- writing ---------------------------------------------------------------------------------------

ADDING = {"add", "add_all", "delete", "merge"}
# These open, make and bring whole files, or fill new ones: no shop is open whose permissions could be asked.
FILES = {"shops", "shop", "sample"}


def imported_services(tree: ast.AST) -> dict[str, str]:
    """What a file calls the services and their functions: name there -> ``module`` or ``module.function``."""
    found = {}
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and (node.module or "").startswith("desktop_crm.services"):
            folder = node.module.removeprefix("desktop_crm.services").strip(".")  # type: ignore[union-attr]
            for alias in node.names:
                found[alias.asname or alias.name] = f"{folder}.{alias.name}".strip(".")
    return found


def called(node: ast.AST, own: str, services: dict[str, str]) -> str:
    """``module.function`` of the service function that an expression names; empty for anything else."""
    if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in services:
        return f"{services[node.value.id]}.{node.attr}"
    if isinstance(node, ast.Name):
        return services.get(node.id, f"{own}.{node.id}" if own else "")
    return ""


def changes_records(function: ast.FunctionDef) -> bool:
    """Whether a function adds or deletes records, or sets a field of something that is not its own."""
    for node in ast.walk(function):
        if isinstance(node, ast.Call):
            if isinstance(node.func, ast.Name) and node.func.id in ("setattr", "insert", "update"):
                return True
            if isinstance(node.func, ast.Attribute) and isinstance(node.func.value, ast.Name):
                whose, what = node.func.value.id, node.func.attr
                if (whose == "session" and what in ADDING) or (whose == "journal" and what.startswith("bulk")):
                    return True
        targets = node.targets if isinstance(node, ast.Assign) else [getattr(node, "target", None)]
        if isinstance(node, ast.Assign | ast.AugAssign) and any(map(is_field_of_another, targets)):
            return True
    return False


def is_field_of_another(target: ast.AST | None) -> bool:
    """Whether an assignment goes to ``record.field`` or ``fetch(...).field``."""
    if not isinstance(target, ast.Attribute):
        return False
    return isinstance(target.value, ast.Call) or (isinstance(target.value, ast.Name) and target.value.id != "self")


def writing() -> tuple[set[str], set[str]]:
    """Every service function that changes records, itself or through others; and those that other services call."""
    found, calls = set(), {}
    for name, module in SERVICES.items():
        tree = ast.parse(inspect.getsource(module))
        services = imported_services(tree)
        for function in tree.body:
            if isinstance(function, ast.FunctionDef):
                key = f"{name}.{function.name}"
                calls[key] = {called(node, name, services) for node in ast.walk(function)} - {key}
                found |= {key} if changes_records(function) else set()
    while more := {key for key, inner in calls.items() if inner & found} - found:
        found |= more
    return found, set().union(*calls.values())


def named_outside() -> set[str]:
    """The service functions that windows, commands and the start name."""
    found = set()
    for path in [*(PACKAGE / "ui").rglob("*.py"), *(PACKAGE / "cli").rglob("*.py"), PACKAGE / "app.py"]:
        tree = ast.parse(path.read_text(encoding="utf-8"))
        services = imported_services(tree)
        found |= {called(node, "", services) for node in ast.walk(tree)}
    return found


def marked() -> set[str]:
    """The service functions that name a permission."""
    return {name for name, function in functions() if permission_of(function) is not None}


def test_every_service_function_that_writes_for_a_person_names_its_permission() -> None:
    found, inner = writing()
    public = {name for name, function in functions() if next(iter(signature(function).parameters), "") == "session"}
    public &= found
    entries = public & (named_outside() | (found - inner))
    assert len(entries) > 70, "the sweep sees them at all"
    assert sorted(name for name in entries - marked() if name.partition(".")[0] not in FILES) == []


def test_a_permission_is_asked_only_for_writing() -> None:
    assert sorted(marked() - writing()[0]) == []
