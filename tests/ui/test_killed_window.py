"""A real window, killed while somebody types: started again it brings the form back with what was typed."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import Any

import pytest

from desktop_crm.store import holder

ROOT = Path(__file__).resolve().parents[2]
TYPED = {"name": "寫到一半的客戶", "phone": "04-2258-1180", "note": "兩行\n備註"}
WINDOW = """
import json, sys
from pathlib import Path
from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QApplication
from desktop_crm import app
from desktop_crm.ui.customers.editor import CustomerEditor

shop, typed = Path(sys.argv[1]), json.loads(sys.argv[2])
application = QApplication(["desktop-crm"])
program = app.Program(application)

def ready():
    window = program.window
    if typed:
        page = window.page("customers")
        page.new_record()
        form = page.top().form
        form.set_texts({**form.texts(), **typed})
        name = form.rows["name"].control
        name.textEdited.emit(name.text())
        print("typed", flush=True)
    else:
        top = window.page("*").top()
        found = top.form.texts() if isinstance(top, CustomerEditor) else None
        print(json.dumps(found), flush=True)

program.open(shop)
program.window.ready.connect(lambda: QTimer.singleShot(100, ready))
application.exec()
"""


@pytest.fixture
def home(tmp_path: Path, shop_path: Path) -> Path:
    """The user's folders of a computer that knows the shop."""
    folder = tmp_path / "user"
    folder.mkdir()
    (folder / "machine-id").write_text(holder.of(shop_path).machine)
    return folder


def start(home: Path, shop: Path, typed: dict[str, str]) -> subprocess.Popen[str]:
    """The program with a window, which types and goes on until it is killed."""
    env = {
        **os.environ,
        "DESKTOP_CRM_HOME": str(home),
        "QT_QPA_PLATFORM": "offscreen",
        "QT_LOGGING_RULES": "*=false",
        "PYTHONUTF8": "1",
    }
    return subprocess.Popen(
        [sys.executable, "-c", WINDOW, str(shop), json.dumps(typed)],
        stdout=subprocess.PIPE,
        encoding="utf-8",
        cwd=ROOT,
        env=env,
    )


@pytest.fixture
def killed(home: Path, shop_path: Path) -> Path:
    """The shop after the program was killed with a form half filled in."""
    with start(home, shop_path, TYPED) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "typed\n"
        limit = time.monotonic() + 20
        while not list((home / "recovery").glob("*.json")) and time.monotonic() < limit:
            time.sleep(0.01)
        process.kill()
    return shop_path


def found(home: Path, shop: Path) -> Any:
    """What stands in the form that is open right after the next start; None when none is."""
    with start(home, shop, {}) as process:
        assert process.stdout is not None
        try:
            return json.loads(process.stdout.readline())
        finally:
            process.kill()


def test_the_form_is_there_again_with_all_that_was_typed(home: Path, killed: Path) -> None:
    texts = found(home, killed)
    assert texts is not None
    assert {name: texts[name] for name in TYPED} == TYPED


def test_another_shop_does_not_get_it(home: Path, killed: Path, tmp_path: Path) -> None:
    other = Path(shutil.copy(killed, tmp_path / "other.dcrm"))
    assert found(home, other) is None
