"""The housekeeping of the interpreter is told to keep out of the window's way."""

from __future__ import annotations

import gc
import sys
from collections.abc import Iterator

import pytest
from PySide6.QtCore import Qt

from desktop_crm.ui import pace


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    threshold, interval = gc.get_threshold(), sys.getswitchinterval()
    yield
    gc.set_threshold(*threshold)
    sys.setswitchinterval(interval)
    gc.unfreeze()


class Ring:
    """Garbage that only the collector frees."""

    freed = 0

    def __init__(self) -> None:
        self.me = self

    def __del__(self) -> None:
        Ring.freed += 1


def test_nothing_changes_before_the_window_has_settled() -> None:
    gc.set_threshold(700, 10, 10)
    before = gc.get_freeze_count()
    pace.rest(Qt.ApplicationState.ApplicationInactive)
    assert (gc.get_threshold(), gc.get_freeze_count()) == ((700, 10, 10), before)


def test_what_the_start_made_is_left_alone_and_the_rest_collected_while_nobody_looks() -> None:
    pace.settle()
    assert gc.get_freeze_count() > 1000
    assert sys.getswitchinterval() == pytest.approx(pace.TURN)
    Ring.freed = 0
    Ring()
    pace.rest(Qt.ApplicationState.ApplicationActive)
    assert Ring.freed == 0
    pace.rest(Qt.ApplicationState.ApplicationInactive)
    assert Ring.freed == 1
