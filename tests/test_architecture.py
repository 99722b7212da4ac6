"""The house rules, read from the source: who may import whom, and what may stand where."""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "desktop_crm"
MAX_LINES = 400

# What each part may import, besides itself: everything to its right.
CHAIN = ("ui", "reports", "services", "store", "models", "core")
ALLOWED: dict[str, set[str]] = {part: set(CHAIN[place:]) for place, part in enumerate(CHAIN)}
ALLOWED["app"] = {"app", *CHAIN}
ALLOWED["cli"] = {"cli", *CHAIN} - {"ui"}
ALLOWED["__main__"] = {"app", "cli", *CHAIN}
ALLOWED["__init__"] = set()

QT = {"PySide6", "shiboken6", "pyqtgraph"}
OTHER_SQLITE = {"sqlite3", "_sqlite3", "apsw", "pysqlite3"}
COLOUR = re.compile(r"#(?:[0-9a-fA-F]{8}|[0-9a-fA-F]{6})\b|^#[0-9a-fA-F]{3}$")

# Written in two halves, so that this file does not name them itself.
INDEX_WORDS = [
    a + b
    for a, b in (
        ("pypi", ".org"),
        ("python", "hosted.org"),
        ("registry.", "npmjs"),
        ("--index", "-url"),
        ("extra-index", "-url"),
        ("--find", "-links"),
    )
]
NOT_OURS = {".git", ".venv", "__pycache__", "build", "dist", ".mypy_cache", ".ruff_cache", ".pytest_cache"}
WITHOUT_TEXT = {".png", ".ttf", ".otf", ".woff2", ".xlsx", ".xls", ".ods", ".pdf", ".ico", ".icns", ".gz", ".mo"}


class Import(str):
    """A dotted name that is imported; ``late`` when inside a function."""

    late: bool

    def __new__(cls, name: str, late: bool) -> Import:
        made = super().__new__(cls, name)
        made.late = late
        return made


def imports(tree: ast.Module, module: str) -> Iterator[Import]:
    """Every name that ``module`` imports, also inside functions and through ``import_module``."""
    late = {
        id(inner)
        for node in ast.walk(tree)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for inner in ast.walk(node)
    }
    for node in ast.walk(tree):
        for name in _imported(node, module):
            yield Import(name, id(node) in late)


def _imported(node: ast.AST, module: str) -> list[str]:
    if isinstance(node, ast.Import):
        return [alias.name for alias in node.names]
    if isinstance(node, ast.ImportFrom):
        base = ".".join(module.split(".")[: -node.level]) if node.level else ""
        base = ".".join(part for part in (base, node.module) if part)
        return [f"{base}.{alias.name}" for alias in node.names]
    if isinstance(node, ast.Call) and node.args and isinstance(node.args[0], ast.Constant):
        called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
        if called in ("import_module", "__import__"):
            return [str(node.args[0].value)]
    return []


def part_of(module: str) -> str:
    """The part of the house: ``desktop_crm.ui.orders.page`` is in ``ui``."""
    return module.split(".")[1]


def chain_faults(tree: ast.Module, module: str) -> list[str]:
    """Imports to the left, and imports of ``app`` by ``cli`` that are not late."""
    part = part_of(module)
    if part not in ALLOWED:
        return [f"{part} is not a part of the house"]
    faults = []
    for name in imports(tree, module):
        target = part_of(name) if name.startswith("desktop_crm.") else ""
        if target not in ALLOWED:
            continue  # another library, or a name of the package itself such as __version__
        if part == "cli" and target == "app" and name.late:
            continue
        if target not in ALLOWED[part]:
            faults.append(f"{part} imports {name}")
    return faults


def qt_faults(tree: ast.Module, module: str) -> list[str]:
    """Qt outside ``ui`` and ``app``."""
    if part_of(module) in ("ui", "app"):
        return []
    return [f"imports {name}" for name in imports(tree, module) if name.split(".")[0] in QT]


def tab_faults(tree: ast.Module, module: str, tabs: set[str]) -> list[str]:
    """A tab folder that imports another; ``tabs`` are the folders in ui other than widgets."""
    own = ".".join(module.split(".")[:3])
    if own not in tabs:
        return []
    targets = {name: ".".join(name.split(".")[:3]) for name in imports(tree, module)}
    return [f"imports {name}" for name, tab in targets.items() if tab in tabs and tab != own]


def sqlite_faults(tree: ast.Module, module: str) -> list[str]:
    """A second copy of SQLite beside sqlcipher3."""
    names = imports(tree, module)
    return [f"imports {n}" for n in names if n.split(".")[0] in OTHER_SQLITE or n.startswith("PySide6.QtSql")]


def reportlab_faults(tree: ast.Module, module: str) -> list[str]:
    """PDF drawing outside ``reports``."""
    if part_of(module) == "reports":
        return []
    return [f"imports {name}" for name in imports(tree, module) if name.split(".")[0] == "reportlab"]


def colour_faults(tree: ast.Module, module: str) -> list[str]:
    """A colour written into ui code instead of the tokens in resources."""
    if part_of(module) not in ("ui", "app"):
        return []
    faults = []
    for node in ast.walk(tree):
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and COLOUR.search(node.value):
            faults.append(f"line {node.lineno}: {node.value!r}")
        if isinstance(node, ast.Call) and _called(node) == "QColor" and _numbers(node.args):
            faults.append(f"line {node.lineno}: QColor of numbers")
    return faults


def _numbers(args: list[ast.expr]) -> bool:
    return len(args) >= 3 and all(isinstance(arg, ast.Constant) for arg in args)


def message_faults(tree: ast.Module, module: str) -> list[str]:
    """A text put together before it is translated: no catalogue can hold it."""
    faults = []
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or _called(node) not in ("t", "N_", "plural"):
            continue
        if any(isinstance(arg, ast.JoinedStr | ast.BinOp) for arg in node.args[:2]):
            faults.append(f"line {node.lineno}: an assembled text in {_called(node)}()")
    return faults


def _called(node: ast.Call) -> str:
    return node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")


def length_faults(text: str) -> list[str]:
    """A module longer than the limit."""
    lines = len(text.splitlines())
    return [f"{lines} lines, the limit is {MAX_LINES}"] if lines > MAX_LINES else []


def index_faults(text: str) -> list[str]:
    """A file that names a package index or where to find one."""
    return [word for word in INDEX_WORDS if word in text.lower()]


def module_name(path: Path) -> str:
    """The dotted name; a package keeps its ``.__init__``, so that relative imports are counted right."""
    return ".".join(path.relative_to(ROOT).with_suffix("").parts)


MODULES = sorted(PACKAGE.rglob("*.py"))
TABS = {f"desktop_crm.ui.{path.parent.name}" for path in (PACKAGE / "ui").glob("*/__init__.py")}
TABS.discard("desktop_crm.ui.widgets")
FAULTS: list[Callable[[ast.Module, str], list[str]]] = [
    chain_faults,
    qt_faults,
    lambda tree, module: tab_faults(tree, module, TABS),
    sqlite_faults,
    reportlab_faults,
    colour_faults,
    message_faults,
]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_module_keeps_the_rules(path: Path) -> None:
    tree = ast.parse(path.read_text("utf-8"))
    assert [fault for check in FAULTS for fault in check(tree, module_name(path))] == []


def our_files() -> Iterator[Path]:
    """Every file of the project that is not made by a tool."""
    for folder, folders, names in os.walk(ROOT):
        folders[:] = [name for name in folders if name not in NOT_OURS and not name.endswith(".egg-info")]
        yield from (Path(folder) / name for name in names)


def test_no_module_is_too_long() -> None:
    """A test module may be longer: it is read by its table of cases, not as a whole."""
    sources = [path for path in our_files() if path.suffix == ".py" and path.relative_to(ROOT).parts[0] != "tests"]
    assert len(sources) > 20
    assert {p.as_posix(): f for p in sources if (f := length_faults(p.read_text("utf-8")))} == {}


def test_no_file_names_a_package_index() -> None:
    texts = [path for path in our_files() if path.suffix.lower() not in WITHOUT_TEXT]
    assert {p.as_posix(): f for p in texts if (f := index_faults(p.read_text("utf-8", "replace")))} == {}


TAB_NAMES = {"desktop_crm.ui.orders", "desktop_crm.ui.customers"}


@pytest.mark.parametrize(
    ("check", "module", "source", "good"),
    [
        (chain_faults, "core.money", "from desktop_crm.models import order", "from desktop_crm.core import dates"),
        (chain_faults, "core.money", "def f():\n    import desktop_crm.store.lock", "import decimal"),
        (chain_faults, "models.order", "from ..services import orders", "from ..core import money"),
        (chain_faults, "models.__init__", "from ..store import lock", "from .order import Order"),
        (chain_faults, "services.orders", "from desktop_crm import reports", "from desktop_crm import store"),
        (chain_faults, "reports.pdf", "import desktop_crm.ui.theme", "import desktop_crm.services.orders"),
        (chain_faults, "ui.theme", "from desktop_crm.app import start", "from desktop_crm.reports import pdf"),
        (chain_faults, "store.lock", "importlib.import_module('desktop_crm.ui')", "import_module('desktop_crm.core')"),
        (chain_faults, "cli", "from desktop_crm.ui import theme", "from desktop_crm.services import orders"),
        (chain_faults, "cli", "from desktop_crm import app", "def f():\n    from desktop_crm import app"),
        (chain_faults, "app", "from desktop_crm import cli", "from desktop_crm.ui import theme"),
        (chain_faults, "__init__", "from desktop_crm import core", "__version__ = '1'"),
        (chain_faults, "helpers", "", None),
        (qt_faults, "reports.pdf", "def f():\n    from PySide6.QtGui import QImage", "import reportlab"),
        (qt_faults, "cli", "import pyqtgraph", "import typer"),
        (sqlite_faults, "store.backup", "import sqlite3", "import sqlcipher3"),
        (sqlite_faults, "ui.table", "from PySide6 import QtSql", "from PySide6 import QtCore"),
        (sqlite_faults, "ui.table", "from PySide6.QtSql import QSqlQuery", "from PySide6.QtCore import QObject"),
        (reportlab_faults, "ui.preview", "from reportlab.pdfgen import canvas", "import PySide6.QtPdf"),
        (colour_faults, "ui.theme", "a = 'color: #1A2b3c;'", "a = 'order #123456789'"),
        (colour_faults, "ui.theme", "a = '#fff'", "a = 'number #100 of all'"),
        (colour_faults, "ui.theme", "QColor(1, 2, 3)", "QColor(r, g, b)"),
        (message_faults, "ui.page", "t(f'{n} orders')", "t('%(n)s orders', n=n)"),
        (message_faults, "ui.page", "ctx.t('%s orders' % n)", "ctx.t(column.title)"),
        (message_faults, "ui.page", "N_('a' + b)", "N_('a')"),
    ],
)
def test_each_rule_can_fail(
    check: Callable[[ast.Module, str], list[str]], module: str, source: str, good: str | None
) -> None:
    assert len(check(ast.parse(source), f"desktop_crm.{module}")) == 1
    if good is not None:
        assert check(ast.parse(good), f"desktop_crm.{module}") == []


@pytest.mark.parametrize(
    ("module", "source", "count"),
    [
        ("ui.orders.page", "from desktop_crm.ui.customers import page", 1),
        ("ui.orders.page", "from desktop_crm.ui import customers", 1),
        ("ui.orders.page", "from ..customers.card import Card", 1),
        ("ui.orders.__init__", "from ..customers import card", 1),
        ("ui.orders.page", "from .columns import COLUMNS", 0),
        ("ui.orders.page", "from desktop_crm.ui.widgets import field", 0),
        ("ui.main_window", "from desktop_crm.ui.customers import page", 0),
    ],
)
def test_tab_rule_can_fail(module: str, source: str, count: int) -> None:
    assert len(tab_faults(ast.parse(source), f"desktop_crm.{module}", TAB_NAMES)) == count


def test_file_rules_can_fail() -> None:
    assert length_faults("x\n" * 401)
    assert not length_faults("x\n" * 400)
    assert index_faults("https://PyPI" + ".org/simple")
    assert not index_faults("an index of customers")
