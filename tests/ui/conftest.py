"""A context over a fresh shop, with every task done at once, so that a page can be looked at right after a call."""

from __future__ import annotations

import shutil
import uuid
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QEvent
from PySide6.QtWidgets import QApplication

from desktop_crm import app
from desktop_crm.core import paths
from desktop_crm.core.i18n import translator
from desktop_crm.services import shops
from desktop_crm.store import machine
from desktop_crm.ui.context import Context
from desktop_crm.ui.state import State
from desktop_crm.ui.tasks import Tasks
from desktop_crm.ui.theme import Theme


@pytest.fixture(scope="session")
def qapp_cls() -> type[QApplication]:
    """The tests run in the program's own application."""
    return app.Application


@pytest.fixture(scope="session")
def shop_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop, made once."""
    path = tmp_path_factory.mktemp("shop") / "shop.dcrm"
    shops.create_shop(path, "明德水電工程行").close()
    return path


@pytest.fixture
def shop_path(shop_template: Path, tmp_path: Path) -> Path:
    """A copy of the empty shop for one test."""
    return Path(shutil.copy(shop_template, tmp_path / "shop.dcrm"))


@pytest.fixture
def state(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> State:
    """Window state, recovery files and logs of one test, on the computer that made the shops."""
    name = machine.machine()
    monkeypatch.setenv("DESKTOP_CRM_HOME", str(tmp_path / "home"))
    (paths.data_dir() / "machine-id").write_text(name)
    monkeypatch.setattr("desktop_crm.ui.state.of_system", lambda: "zh_TW")
    return State()


@pytest.fixture
def theme(qapp: QApplication, state: State) -> Iterator[Theme]:
    """The light theme, whatever the system says."""
    made = Theme(qapp, state)
    made.choose(mode="light")
    yield made
    made.setParent(None)
    made.deleteLater()


@pytest.fixture
def make_ctx(theme: Theme, state: State, shop_path: Path) -> Iterator[Callable[..., Context]]:
    """``make_ctx(lang="en", inline=False)``: a context over the shop; closed after the test."""
    made: list[Context] = []

    def make(lang: str = "zh_TW", *, inline: bool = True) -> Context:
        tasks = Tasks(lambda: shops.open_shop(shop_path), inline=inline)
        made.append(Context(tasks, translator(lang), theme, state, path=shop_path))
        return made[-1]

    yield make
    for ctx in made:
        ctx.tasks.close()
        QCoreApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete)


@pytest.fixture
def failures(ctx: Context) -> list[BaseException]:
    """What nobody handled; a test that expects none asserts that it is empty."""
    heard: list[BaseException] = []
    ctx.tasks.failure.connect(heard.append)
    return heard


@pytest.fixture
def ctx(make_ctx: Callable[..., Context]) -> Context:
    """A context in zh_TW whose tasks are done at once."""
    return make_ctx()


@pytest.fixture
def some_id() -> uuid.UUID:
    """An id that is in no shop."""
    return uuid.UUID(int=1)
