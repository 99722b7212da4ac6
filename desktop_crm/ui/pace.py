"""How Python's own housekeeping shares the processor with the window, once the first page is there."""

from __future__ import annotations

import gc
import sys

from PySide6.QtCore import Qt

SETTLED = 2000  # milliseconds after the first page
# Seconds a lane may keep the interpreter from the window. A painting asks for it once per cell: with the usual 5 ms,
# one in ten paintings took 42 ms while a lane was working, so it takes 1.
TURN = 0.0002
# New objects between two collections of the young: 1 ms each; what has grown old is looked at when nobody looks on.
STEADY = (5_000, 20, 1000)


def settle() -> None:
    """Leave what the start made alone, a collection of it takes 140 ms, and collect little and often."""
    gc.freeze()
    gc.set_threshold(*STEADY)
    sys.setswitchinterval(TURN)


def rest(state: Qt.ApplicationState) -> None:
    """Collect everything when the user turns to another program."""
    if state != Qt.ApplicationState.ApplicationActive and gc.get_threshold() == STEADY:
        gc.collect()
        gc.freeze()
