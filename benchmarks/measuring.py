"""A measured line, its bar, and the ways of timing that all benchmarks share."""

from __future__ import annotations

import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]


@dataclass(frozen=True, slots=True)
class Line:
    """One row of the table. ``ours``, ``reference`` and ``bar`` are in ``unit``.

    With ``relative`` the bar is for ours / reference. Without a bar the line is shown for information.
    """

    what: str
    ours: float
    unit: str
    bar: float | None = None
    reference: float | None = None
    against: str = ""  # what the reference is
    relative: bool = False
    details: dict[str, Any] = field(default_factory=dict)

    @property
    def ratio(self) -> float | None:
        """How many times the reference ours is."""
        return self.ours / self.reference if self.reference else None

    @property
    def ok(self) -> bool | None:
        """Whether the bar is kept; None where there is none."""
        measured = self.ratio if self.relative else self.ours
        return None if self.bar is None or measured is None else measured <= self.bar

    def stored(self) -> dict[str, Any]:
        """The line for the JSON file."""
        return {**asdict(self), "ratio": self.ratio, "ok": self.ok}


def milliseconds(function: Callable[[], object]) -> float:
    """How long one call takes."""
    began = time.perf_counter()
    function()
    return (time.perf_counter() - began) * 1000


def times(function: Callable[[], object], count: int, warm: int = 1) -> list[float]:
    """How long each of ``count`` calls takes, in ms, after ``warm`` calls that do not count."""
    for _ in range(warm):
        function()
    return [milliseconds(function) for _ in range(count)]


def median(values: Sequence[float]) -> float:
    """The middle value."""
    return statistics.median(values)


def percentile(values: Sequence[float], share: float) -> float:
    """The value that ``share`` of all do not exceed (nearest rank)."""
    ordered = sorted(values)
    return ordered[max(0, min(len(ordered) - 1, -(-int(share * 1000 * len(ordered)) // 1000) - 1))]


def spread(values: Sequence[float]) -> dict[str, float]:
    """Least, middle, 95 % and greatest value, for the details of a line."""
    return {
        "min": round(min(values), 3),
        "median": round(median(values), 3),
        "p95": round(percentile(values, 0.95), 3),
        "max": round(max(values), 3),
        "count": len(values),
    }


def environment(home: Path, bytecode: Path | None = None) -> dict[str, str]:
    """The environment of a program started by a benchmark: no display, folders of its own, cached bytecode.

    An installed program has its bytecode on disk; here it may have to be kept in ``bytecode``.
    """
    env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    screen = home / "screen.json"  # without it the screen has 800 x 800 pixels, and the window no more
    screen.write_text(json.dumps({"screens": [{"name": "screen", "x": 0, "y": 0, "width": 1920, "height": 1080}]}))
    env |= {
        "QT_QPA_PLATFORM": f"offscreen:configfile={screen}",
        "QT_LOGGING_RULES": "*=false",
        "DESKTOP_CRM_HOME": str(home),
        "XDG_CONFIG_HOME": str(home),
        "XDG_RUNTIME_DIR": str(home),
    }
    if bytecode is not None:
        env["PYTHONPYCACHEPREFIX"] = str(bytecode)
    return env


def start(words: Sequence[str], env: dict[str, str]) -> str:
    """Run a Python program in the project's folder and give what it printed."""
    done = subprocess.run([sys.executable, *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise RuntimeError(f"{' '.join(words)} failed:\n{done.stderr[-4000:]}")
    return done.stdout


def answer(words: Sequence[str], env: dict[str, str]) -> Any:
    """The JSON value a Python program prints as its last line."""
    return json.loads(start(words, env).strip().splitlines()[-1])
