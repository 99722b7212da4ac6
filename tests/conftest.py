"""What every test stands on: no display, no user's folders, no noise, and in CI no skips."""

from __future__ import annotations

import datetime as dt
import logging
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

import hypothesis
import pytest

from desktop_crm.core.dates import DEFAULT_ZONE, clock

if TYPE_CHECKING:
    from desktop_crm.services.shops import Shop

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

# a busy machine must not turn a property red: examples are counted, not timed
hypothesis.settings.register_profile("untimed", deadline=None, suppress_health_check=[hypothesis.HealthCheck.too_slow])
hypothesis.settings.load_profile("untimed")

SESSION_FOLDER = pytest.StashKey[tempfile.TemporaryDirectory[str]]()


def pytest_configure(config: pytest.Config) -> None:
    """Give each test process its own user folders, before any test is imported."""
    folder = tempfile.TemporaryDirectory(prefix="desktop-crm-tests-", ignore_cleanup_errors=True)
    config.stash[SESSION_FOLDER] = folder
    for name, place in {
        "DESKTOP_CRM_HOME": "home",
        "XDG_CONFIG_HOME": "config",  # QSettings
        "XDG_RUNTIME_DIR": "runtime",  # Qt warns without it
    }.items():
        path = Path(folder.name) / place
        path.mkdir(mode=0o700)
        os.environ[name] = str(path)


def pytest_unconfigure(config: pytest.Config) -> None:
    """Remove the folders of ``pytest_configure``."""
    config.stash[SESSION_FOLDER].cleanup()


def pytest_sessionfinish(session: pytest.Session) -> None:
    """In CI nothing may be skipped: a skipped test turns the run red."""
    if _skipped(session.config) and session.exitstatus == pytest.ExitCode.OK:
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Name the skipped tests that ``pytest_sessionfinish`` has failed the run for."""
    for report in _skipped(terminalreporter.config):
        terminalreporter.write_line(f"SKIPPED, not allowed in CI: {report.nodeid}", red=True)


def _skipped(config: pytest.Config) -> list[pytest.TestReport]:
    """The skipped tests when this is CI; a worker process has no reporter and leaves it to the main one."""
    reporter = config.pluginmanager.get_plugin("terminalreporter")
    if reporter is None or os.environ.get("CI", "").lower() not in ("1", "true", "yes"):
        return []
    return list(reporter.stats.get("skipped", []))


@pytest.fixture(autouse=True)
def no_stray_logs(caplog: pytest.LogCaptureFixture) -> Iterator[None]:
    """A warning in the log fails the test; who expects one asserts it and then says ``caplog.clear()``."""
    yield
    records = [*caplog.get_records("setup"), *caplog.get_records("call")]
    stray = [f"{r.name}: {r.getMessage()}" for r in records if r.levelno >= logging.WARNING]
    assert not stray, f"unexpected log records: {stray}"


@pytest.fixture
def clock_at() -> Iterator[Callable[[str], dt.datetime]]:
    """``clock_at("2026-11-21 09:00")`` holds the program's clock at that time in the shop's zone."""

    def freeze(local: str) -> dt.datetime:
        moment = dt.datetime.fromisoformat(local).replace(tzinfo=ZoneInfo(DEFAULT_ZONE))
        clock.freeze(moment)
        return moment

    yield freeze
    clock.freeze(None)


# --- shop files -----------------------------------------------------------------------------------


@pytest.fixture(scope="session")
def empty_shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An empty shop made once; tests get copies of it."""
    from desktop_crm.services import shops

    path = tmp_path_factory.mktemp("empty") / "shop.dcrm"
    shops.create_shop(path, "明德水電工程行").close()
    return path


@pytest.fixture(scope="session")
def sample_shop_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The sample shop of 200 customers made once; tests get copies of it."""
    from desktop_crm.services import sample

    path = tmp_path_factory.mktemp("sample") / "sample.dcrm"
    sample.create(path, customers=200, seed=1).close()
    return path


@pytest.fixture
def shop(empty_shop_file: Path, tmp_path: Path) -> Iterator[Shop]:
    """An open shop of the test's own, empty."""
    yield from _opened(empty_shop_file, tmp_path)


@pytest.fixture
def sample_shop(sample_shop_file: Path, tmp_path: Path) -> Iterator[Shop]:
    """An open sample shop of the test's own."""
    yield from _opened(sample_shop_file, tmp_path)


def _opened(file: Path, folder: Path) -> Iterator[Shop]:
    from desktop_crm.services import shops

    opened = shops.open_shop(Path(shutil.copy(file, folder)))
    yield opened
    opened.close()
