"""``python -m benchmarks [--json FILE] [--only NAME ...]``: measure, and print one table."""

from __future__ import annotations

import argparse
import gc
import importlib
import json
import os
import platform
import sys
import tempfile
import time
import traceback
from pathlib import Path

from benchmarks.measuring import Line
from desktop_crm.__main__ import CALM

NAMES = ("window", "search", "lists", "grading", "documents", "workbook", "saving", "repaint", "sample")


def main(argv: list[str] | None = None) -> int:
    """Run the benchmarks named (all); 1 when a bar is missed."""
    parser = argparse.ArgumentParser(prog="dev.py bench", description="Measure against the bars.")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the table there too")
    parser.add_argument("--only", action="append", choices=NAMES, metavar="NAME", help="one of: " + ", ".join(NAMES))
    options = parser.parse_args(argv)
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    gc.set_threshold(CALM)  # as the program does
    lines: list[Line] = []
    failed: list[str] = []
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as home:
        os.environ["DESKTOP_CRM_HOME"] = home
        for name in options.only or NAMES:
            print(f"measuring: {name}", file=sys.stderr, flush=True)
            try:
                lines += importlib.import_module(f"benchmarks.{name}").lines()
            except Exception:  # the others are still worth measuring
                traceback.print_exc()
                failed.append(name)
    print(table(lines))
    if options.json:
        options.json.write_text(json.dumps(report(lines), indent=1, ensure_ascii=False), "utf-8")
    if failed:
        print("not measured, see above: " + ", ".join(failed), file=sys.stderr)
    return int(bool(failed) or any(line.ok is False for line in lines))


def report(lines: list[Line]) -> dict[str, object]:
    """What goes into the JSON file."""
    return {
        "when": time.strftime("%Y-%m-%dT%H:%M:%S%z"),
        "machine": machine(),
        "lines": [line.stored() for line in lines],
    }


def machine() -> str:
    """Where the figures were measured, and how busy it was."""
    load = f", load {os.getloadavg()[0]:.1f}" if hasattr(os, "getloadavg") else ""
    python = platform.python_version()
    return f"{platform.system()} {platform.machine()}, {os.cpu_count()} processors, Python {python}{load}"


def table(lines: list[Line]) -> str:
    """The lines as text."""
    rows = [("What", "Ours", "Reference", "Ratio", "Bar", "", "Reference is")]
    for line in lines:
        bar = "" if line.bar is None else f"{line.bar:g} x" if line.relative else f"{line.bar:g} {line.unit}"
        verdict = {True: "ok", False: "MISSED", None: ""}[line.ok]
        ratio = "" if line.ratio is None else f"{line.ratio:.2f}"
        rows.append(
            (
                line.what,
                shown(line.ours, line.unit),
                shown(line.reference, line.unit),
                ratio,
                bar,
                verdict,
                line.against,
            )
        )
    widths = [max(len(row[place]) for row in rows) for place in range(len(rows[0]))]
    left = (0, 5, 6)
    texts = [
        "  ".join(
            cell.ljust(width) if place in left else cell.rjust(width)
            for place, (cell, width) in enumerate(zip(row, widths, strict=True))
        ).rstrip()
        for row in rows
    ]
    return "\n".join([machine(), "", texts[0], "-" * max(map(len, texts)), *texts[1:]])


def shown(value: float | None, unit: str) -> str:
    """A figure with as many decimals as mean something."""
    if value is None:
        return ""
    digits = 0 if value >= 100 else 1 if value >= 10 else 2
    return f"{value:.{digits}f} {unit}"


if __name__ == "__main__":
    sys.exit(main())
