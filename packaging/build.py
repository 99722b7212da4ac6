"""Build the program for this system, try it far from its sources, and say how large and how fast it is.

``dev.py package`` runs this with the Python of ``.venv``; the built program sees nothing of that.
"""

from __future__ import annotations

import json
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
DIST = ROOT / "dist"
SIZE_BAR = 330  # MB unpacked
START_BAR = 1.5  # times the start from source
STARTS = 5
PATIENCE = 240  # seconds for one command
# come with symbols for debuggers, 35 MB that nobody reads; other libraries were patched and must not be touched
SYMBOLS = ("libpython3*.so*", "sqlcipher3/*.so", "sqlalchemy/**/*.so")
LANGUAGES = ("zh_TW", "zh_CN", "en")
# what a program needs of its surroundings to run at all; nothing of Python, Qt or this checkout
KEPT = ("SYSTEMROOT", "SYSTEMDRIVE", "WINDIR", "COMSPEC", "PATHEXT", "NUMBER_OF_PROCESSORS", "TMPDIR", "TEMP", "TMP")


class Failure(Exception):
    """The build or what it built is not in order."""


def main() -> int:
    """Build and try; 1 with a sentence when something is not in order."""
    try:
        build()
        with tempfile.TemporaryDirectory(prefix="desktop-crm-", ignore_cleanup_errors=True) as folder:
            # a path as owners have them: with blanks and Chinese
            try_out(Path(folder) / "桌面 CRM")
    except Failure as failure:
        say(f"FAILED: {failure}")
        return 1
    return 0


def say(text: str) -> None:
    """One line of progress or result."""
    print(f"package: {text}", flush=True)


def build() -> None:
    """Run PyInstaller; raises Failure."""
    say("building (a few minutes)")
    began = time.monotonic()
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--clean", "--log-level", "ERROR"]
    command += ["--distpath", str(DIST), "--workpath", str(ROOT / "build" / "pyinstaller")]
    done = subprocess.run([*command, str(ROOT / "packaging" / "desktop_crm.spec")], cwd=ROOT, check=False)
    if done.returncode != 0:
        raise Failure("PyInstaller did not finish (see above)")
    if sys.platform.startswith("linux"):
        strip_symbols(built() / "_internal")
    say(f"built in {time.monotonic() - began:.0f} s: {built()}")


def strip_symbols(folder: Path) -> None:
    """Take symbols out of the libraries in ``folder`` that have them."""
    files = [path for pattern in SYMBOLS for path in folder.glob(pattern) if not path.is_symlink()]
    subprocess.run(["strip", "--strip-unneeded", *files], check=True)


def built() -> Path:
    """The folder that is given to users."""
    return DIST / ("Desktop CRM.app" if sys.platform == "darwin" else "DesktopCRM")


def executable(folder: Path, window: bool = False) -> Path:
    """The program in a built ``folder``; on Windows the one with a window is another."""
    if sys.platform == "darwin":
        return folder / "Contents" / "MacOS" / "desktop-crm"
    if os.name == "nt":
        return folder / ("DesktopCRM.exe" if window else "desktop-crm.exe")
    return folder / "desktop-crm"


def try_out(folder: Path) -> None:
    """Move a copy of the program to ``folder`` and use it; raises Failure."""
    place = folder / built().name
    shutil.copytree(built(), place, symlinks=True)
    work = folder / "work"
    work.mkdir()
    size = megabytes(place)
    say(f"size {size:.0f} MB unpacked (bar {SIZE_BAR})")
    Trial(executable(place), work).run()
    ours, source = start_times(executable(place, window=True), work)
    say(f"start {ours:.2f} s, from source {source:.2f} s: {ours / source:.2f} times (bar {START_BAR})")
    if size > SIZE_BAR:
        raise Failure(f"{size:.0f} MB unpacked, the bar is {SIZE_BAR}")


def megabytes(folder: Path) -> float:
    """What ``folder`` takes, each file once."""
    files = (path for path in folder.rglob("*") if path.is_file() and not path.is_symlink())
    return sum(path.stat().st_size for path in files) / 1e6


def clean_environment(work: Path) -> dict[str, str]:
    """As on a computer without Python: no .venv in the path, no PYTHON or Qt variables, an own home."""
    env = {name: os.environ[name] for name in KEPT if name in os.environ}
    if os.name == "nt":
        env["PATH"] = str(Path(env["SYSTEMROOT"]) / "System32")
    else:
        env |= {"PATH": "/usr/bin:/bin", "LANG": "C.UTF-8", "XDG_RUNTIME_DIR": str(work)}
    home = str(work / "home")
    return env | {"HOME": home, "USERPROFILE": home, "DESKTOP_CRM_HOME": home, "QT_QPA_PLATFORM": "offscreen"}


class Trial:
    """The main job with the built program, command by command."""

    def __init__(self, program: Path, work: Path) -> None:
        self._program = program
        self._work = work
        (work / "home").mkdir()

    def run(self) -> None:
        """Parts, sample shop, check, PDF, workbook, pictures; raises Failure at the first that is wrong."""
        work = self._work
        say(self._do("--smoke-test", "parts", str(work)).strip().replace("\n", ", "))
        shop = str(work / "shop.dcrm")
        self._do("sample", shop, "--customers", "300")
        self._do("check", shop)
        listed = json.loads(self._do("list", shop, "quotations", "--limit", "1", "--json"))
        self._do("quote", "pdf", shop, listed[0]["number"], "-o", str(work / "quote.pdf"))
        require_file(work / "quote.pdf", b"%PDF", 10_000)
        self._do("report", "segments", shop, "-o", str(work / "segments.xlsx"))
        require_file(work / "segments.xlsx", b"PK", 10_000)
        say("ok sample shop, check, PDF, workbook")
        self._screenshots(shop)

    def _screenshots(self, shop: str) -> None:
        for lang in LANGUAGES:
            folder = self._work / f"pictures-{lang}"
            self._do("screenshots", shop, str(folder), "--lang", lang)
            require_pictures(folder.glob("*.png"))
        say(f"ok pictures of {len(list(folder.glob('*.png')))} tabs in {len(LANGUAGES)} languages")

    def _do(self, *words: str) -> str:
        return run([str(self._program)], *words, work=self._work)


def run(command: list[str], *words: str, work: Path) -> str:
    """What ``command`` printed, started in ``work`` in a clean environment; raises Failure if it fails or hangs."""
    try:
        done = subprocess.run(
            [*command, *words],
            env=clean_environment(work),
            cwd=work,
            stdin=subprocess.DEVNULL,
            capture_output=True,
            timeout=PATIENCE,
            check=False,
        )
    except subprocess.TimeoutExpired:
        raise Failure(f"{' '.join(words)}: no end after {PATIENCE} s") from None
    out, err = (part.decode("utf-8", "replace") for part in (done.stdout, done.stderr))
    if done.returncode != 0:
        raise Failure(f"{' '.join(words)}: exit code {done.returncode}\n{out[-2000:]}{err[-4000:]}")
    return out


def require_file(path: Path, head: bytes, least: int) -> None:
    """Raise Failure unless ``path`` begins with ``head`` and has at least ``least`` bytes."""
    content = path.read_bytes() if path.exists() else b""
    if not content.startswith(head) or len(content) < least:
        raise Failure(f"{path.name} is not what it should be ({len(content)} bytes)")


def require_pictures(pictures: Iterable[Path]) -> None:
    """Raise Failure unless every tab has its picture."""
    files = list(pictures)
    if len(files) < 6:
        raise Failure(f"only {len(files)} tabs were drawn")
    for file in files:
        require_file(file, b"\x89PNG", 15_000)


def start_times(program: Path, work: Path) -> tuple[float, float]:
    """Seconds to a filled first page: of the built program and from source, in turns; the best of each.

    The best and not the mean: other work on the machine only ever adds.
    """
    script = str(ROOT / "packaging" / "start.py")
    commands = ([str(program)], [sys.executable, script])
    for command in commands:
        start_time(command, work)  # files into memory
    runs = [[start_time(command, work) for command in commands] for _ in range(STARTS)]
    say("starts: " + ", ".join(f"{ours:.2f}/{source:.2f}" for ours, source in runs))
    ours, source = (min(run[which] for run in runs) for which in (0, 1))
    say(f"median start {statistics.median(run[0] for run in runs):.2f} s")
    return ours, source


def start_time(command: list[str], work: Path) -> float:
    """Seconds from the start of ``command`` until its window shows the shop's first page; raises Failure."""
    report = work / "started"
    report.unlink(missing_ok=True)
    began = time.time()
    run(command, "--smoke-test", "start", str(work / "shop.dcrm"), str(report), work=work)
    return float(report.read_text("utf-8")) - began


if __name__ == "__main__":
    sys.exit(main())
