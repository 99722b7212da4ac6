#!/usr/bin/env python3
"""Everything a developer does, one command each; every command first sets up what it needs.

    python3 dev.py run [--sample] [...]   start the program (Windows: py dev.py run)
    python3 dev.py test [...]             lint and all tests; with arguments only these tests
    python3 dev.py setup                  set up and stop
    python3 dev.py lint [--fix]           ruff, mypy, message catalogues
    python3 dev.py bench [...]            measure against the bars: --json FILE, --only NAME
    python3 dev.py screenshots [...]      a picture of every tab into docs/screenshots
    python3 dev.py package                build the program for this system into dist/ and try it out
    python3 dev.py messages               bring the .po files to the messages in the code
    python3 dev.py lock                   make the requirement files from pyproject.toml again

Needs Python 3.11 or newer and nothing else: standard library only.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent
VENV = ROOT / ".venv"
BIN = VENV / ("Scripts" if os.name == "nt" else "bin")
PYTHON = BIN / ("python.exe" if os.name == "nt" else "python")
STAMP = VENV / "dev-stamp.json"
TRANSLATIONS = ROOT / "resources" / "translations"
SYSTEM = "system packages: "
ENVIRONMENT_FAULT = 3

# What Qt's own libraries load on Debian and Ubuntu (ldd of libqxcb.so, libQt6Gui.so and their plugins).
QT_PACKAGES = (
    "libegl1 libgl1 libglib2.0-0 libdbus-1-3 libfontconfig1 libfreetype6 libx11-xcb1 libxkbcommon0 libxkbcommon-x11-0 "
    "libxcb-cursor0 libxcb-icccm4 libxcb-image0 libxcb-keysyms1 libxcb-randr0 libxcb-render0 libxcb-render-util0 "
    "libxcb-shape0 libxcb-shm0 libxcb-sync1 libxcb-util1 libxcb-xfixes0 libxcb-xinerama0 libxcb-xkb1"
).split()
# Outside programs that tests use, and the packages that bring them.
TEST_PROGRAMS = {
    "pdftotext": "poppler-utils",
    "soffice": "libreoffice-calc-nogui",
    "Xvfb": "xvfb",
    "xdotool": "xdotool",
}


class Stop(Exception):
    """Set-up cannot go on; the text is for the person at the keyboard."""


def say(text: str) -> None:
    """One line of progress."""
    print(f"dev: {text}", file=sys.stderr, flush=True)


# --- set-up ---------------------------------------------------------------------------------------


def ensure(kind: str) -> None:
    """Bring the environment to what ``kind`` ("run" or "dev") needs; does nothing the second time."""
    stamp = read_stamp()
    python = f"{sys.version} {ROOT}"
    if stamp.get("python") != python or not PYTHON.exists():
        make_environment()
        stamp = {"python": python}
        write_stamp(stamp)
    # the development set holds the run set too
    if stamp.get("dev") != wanted("dev") and stamp.get(kind) != wanted(kind):
        install(kind)
        stamp[kind] = wanted(kind)
        write_stamp(stamp)
    if stamp.get(SYSTEM + kind) != wanted(kind) and system_packages(kind):
        stamp[SYSTEM + kind] = wanted(kind)
        write_stamp(stamp)
    if catalogues_stale():
        say("compiling the message catalogues")
        python_run("packaging/messages.py", "compile")


def wanted(kind: str) -> str:
    """A digest of all that decides what an up-to-date set-up of ``kind`` looks like."""
    digest = hashlib.sha256()
    for path in (Path(__file__), ROOT / "pyproject.toml", ROOT / "requirements" / f"{kind}.txt"):
        digest.update(path.read_bytes())
    return digest.hexdigest()


def read_stamp() -> dict[str, str]:
    """What earlier set-ups have done; empty when there was none."""
    try:
        return dict(json.loads(STAMP.read_text("utf-8")))
    except (OSError, ValueError):
        return {}


def write_stamp(stamp: dict[str, str]) -> None:
    """Note what has been done, so that the next start need not do it again."""
    STAMP.write_text(json.dumps(stamp, indent=1), "utf-8")


def make_environment() -> None:
    """A fresh .venv with pip, in place of an unfinished one or one of another Python."""
    if Path(sys.prefix).resolve() == VENV.resolve():
        raise Stop("start dev.py with the Python of the system, not with that of .venv")
    try:
        import ensurepip  # noqa: F401
    except ImportError:
        package = f"python3.{sys.version_info.minor}-venv"
        if not install_system_packages([package]):
            raise Stop(f"this Python cannot make environments; install {package} and start again") from None
    say("making .venv")
    command = [sys.executable, "-m", "venv", "--clear", str(VENV)]
    if quiet(command) != 0:
        raise Stop("python -m venv failed (see above)")


def install(kind: str) -> None:
    """The hash-locked requirements and the project itself (editable, so that `desktop-crm` works)."""
    say(f"installing the {kind} requirements (the first time this takes a minute or two)")
    pip = [str(PYTHON), "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--quiet"]
    if quiet([*pip, "--require-hashes", "-r", str(ROOT / "requirements" / f"{kind}.txt")]) != 0:
        raise Stop("the requirements could not be installed (see above); is there a network?")
    say("installing desktop-crm itself")
    # "compat" is a plain path entry; the default puts an import hook into every start
    editable = ["--no-deps", "--no-build-isolation", "--config-settings", "editable_mode=compat", "-e", str(ROOT)]
    if quiet([*pip, *editable]) != 0:
        raise Stop("desktop-crm could not be installed into .venv (see above)")


def quiet(command: list[str], env: dict[str, str] | None = None) -> int:
    """Run ``command`` and show what it wrote only if it fails; gives its exit code."""
    done = subprocess.run(command, env=env, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, check=False)
    if done.returncode != 0:
        sys.stderr.write(done.stdout.decode("utf-8", "replace")[-4000:])
    return done.returncode


def system_packages(kind: str) -> bool:
    """Install what Qt and the tests need on Debian and Ubuntu; False when the user is to do it."""
    if not sys.platform.startswith("linux") or not shutil.which("dpkg-query"):
        return True
    held = installed_system_packages()
    missing = [name for name in QT_PACKAGES if name not in held]
    if kind == "dev":
        missing += [package for program, package in TEST_PROGRAMS.items() if not shutil.which(program)]
    # what root could not install is not tried at every start, only by `setup`
    return not missing or install_system_packages(missing) or is_root()


def is_root() -> bool:
    """Whether system packages may be installed without asking."""
    return hasattr(os, "geteuid") and os.geteuid() == 0


def installed_system_packages() -> set[str]:
    """Names of installed packages and of what they provide (libglib2.0-0t64 provides libglib2.0-0)."""
    form = "${db:Status-Status}\t${Package}, ${Provides}\n"
    done = subprocess.run(["dpkg-query", "-W", "-f", form], capture_output=True, text=True, check=False)
    names: set[str] = set()
    for line in done.stdout.splitlines():
        status, _, listed = line.partition("\t")
        if status == "installed":
            names.update(part.split()[0] for part in listed.split(",") if part.strip())
    return names


def install_system_packages(names: list[str]) -> bool:
    """As root install them, else say the one line to type; True when they are there afterwards."""
    install_line = ["apt-get", "install", "-y", "--no-install-recommends", *names]
    if not shutil.which("apt-get"):
        return False
    if not is_root():
        say("system packages are missing; please type:  sudo " + " ".join(install_line))
        return False
    say("installing system packages: " + " ".join(names))
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    # package lists on a fresh machine are empty or old: fetch them first, an old copy may still do
    quiet(["apt-get", "update", "-q"], env)
    if quiet(["apt-get", "-q", *install_line[1:]], env) != 0:
        say("some system packages could not be installed; what needs them will say so, `dev.py setup` tries again")
        return False
    return True


def catalogues_stale() -> bool:
    """Whether a .po file is newer than its .mo file."""
    for source in TRANSLATIONS.glob("*/LC_MESSAGES/*.po"):
        made = source.with_suffix(".mo")
        if not made.exists() or made.stat().st_mtime_ns < source.stat().st_mtime_ns:
            return True
    return False


def python_run(*args: str) -> int:
    """Run the environment's Python in the project's folder; gives the exit code."""
    return subprocess.run([str(PYTHON), *args], cwd=ROOT, check=False).returncode


# --- commands -------------------------------------------------------------------------------------


def run(args: list[str]) -> int:
    """Start the program in the caller's folder, so that file names mean what they say."""
    ensure("run")
    command = [str(PYTHON), "-m", "desktop_crm", *args]
    if os.name == "nt":
        return subprocess.run(command, check=False).returncode
    os.execv(command[0], command)


def test(args: list[str]) -> int:
    """Lint and all tests in random order on all processors; with ``args`` only the tests they name."""
    ensure("dev")
    if args:
        return python_run("-m", "pytest", *args)
    linted = lint_steps()
    tested = python_run(
        "-m", "pytest", "-n", "auto", "--dist", "worksteal", "--durations", "10", "--durations-min", "1"
    )
    say(f"lint {'passed' if linted == 0 else 'FAILED'}, tests {'passed' if tested == 0 else 'FAILED'}")
    return linted or tested


def setup(args: list[str]) -> int:
    """Set up everything, for development too; asks again for system packages."""
    no_arguments(args)
    if STAMP.exists():
        write_stamp({name: done for name, done in read_stamp().items() if not name.startswith(SYSTEM)})
    ensure("dev")
    say("ready")
    return 0


def lint(args: list[str]) -> int:
    """Check form, types and catalogues; ``--fix`` first mends what can be mended."""
    ensure("dev")
    if args == ["--fix"]:
        python_run("-m", "ruff", "check", "--fix", "--quiet", ".")
        python_run("-m", "ruff", "format", "--quiet", ".")
    else:
        no_arguments(args)
    return lint_steps()


def lint_steps() -> int:
    """Run every check, also after one has failed; 1 when any failed."""
    steps = {
        "ruff format": ["-m", "ruff", "format", "--check", "--quiet", "."],
        "ruff check": ["-m", "ruff", "check", "--quiet", "."],
        "mypy": ["-m", "mypy", "--no-error-summary"],
        "messages": ["packaging/messages.py", "check"],
    }
    failed = []
    for name, command in steps.items():
        say(name)
        if python_run(*command) != 0:
            failed.append(name)
    if failed:
        say("lint failed: " + ", ".join(failed))
    return 1 if failed else 0


def bench(args: list[str]) -> int:
    """Measure against the bars."""
    ensure("dev")
    return python_run("-m", "benchmarks", *args)


def screenshots(args: list[str]) -> int:
    """Pictures of every tab with a fresh sample shop, light and dark, in zh_TW unless ``--lang`` says otherwise."""
    ensure("run")
    if "--lang" not in args:
        args = ["--lang", "zh_TW", *args]
    target = ROOT / "docs" / "screenshots"
    env = {**os.environ, "QT_QPA_PLATFORM": os.environ.get("QT_QPA_PLATFORM", "offscreen")}
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        shop = str(Path(folder) / "sample.dcrm")
        env["DESKTOP_CRM_HOME"] = folder
        commands = [["sample", shop]]
        commands += [["screenshots", shop, str(target / name), "--theme", name, *args] for name in ("light", "dark")]
        for command in commands:
            done = subprocess.run([str(PYTHON), "-m", "desktop_crm", *command], cwd=ROOT, env=env, check=False)
            if done.returncode != 0:
                return done.returncode
    return 0


def package(args: list[str]) -> int:
    """Build the program with all it needs, try it without this environment, print its size and start time."""
    no_arguments(args)
    ensure("dev")
    missing = build_packages()
    if missing and not install_system_packages(missing):
        raise Stop("the program cannot be built without these system packages")
    return python_run("packaging/build.py")


def build_packages() -> list[str]:
    """System packages that PyInstaller still needs here: objdump, and Debian's Python as a shared library."""
    if not sys.platform.startswith("linux"):
        return []
    missing = [] if shutil.which("objdump") else ["binutils"]
    name = f"libpython3.{sys.version_info.minor}"
    if sys.base_prefix == "/usr" and shutil.which("dpkg-query") and name not in installed_system_packages():
        missing.append(name)
    return missing


def messages(args: list[str]) -> int:
    """Bring the .po files to the messages in the code; 1 when translations are missing afterwards."""
    no_arguments(args)
    ensure("dev")
    return python_run("packaging/messages.py", "update")


def lock(args: list[str]) -> int:
    """Pin every requirement with its hashes, for all platforms; ``--upgrade`` takes newer versions."""
    ensure("dev")
    tool = [str(BIN / "uv"), "pip", "compile", "--quiet", "--universal", "--python-version", "3.11"]
    tool += [
        "--generate-hashes",
        "--custom-compile-command",
        "python3 dev.py lock",
        "pyproject.toml",
        "--group",
        "install",
    ]
    development = [*tool, "--group", "dev", "-o", "requirements/dev.txt", *args]
    # the run set takes the versions of the development set
    running = [*tool, "-c", "requirements/dev.txt", "-o", "requirements/run.txt", *args]
    return max(subprocess.run(command, cwd=ROOT, check=False).returncode for command in (development, running))


def no_arguments(args: list[str]) -> None:
    """Refuse what the command does not know."""
    if args:
        raise Stop("unknown argument: " + " ".join(args))


COMMANDS = {
    "run": run,
    "test": test,
    "setup": setup,
    "lint": lint,
    "bench": bench,
    "screenshots": screenshots,
    "package": package,
    "messages": messages,
    "lock": lock,
}


def main(argv: list[str]) -> int:
    """Do the command that ``argv`` begins with; gives the exit code."""
    if not argv or argv[0] in ("-h", "--help", "help"):
        print(__doc__)
        return 0 if argv else 2
    if argv[0] not in COMMANDS:
        print(f"dev: unknown command {argv[0]!r}; one of: {', '.join(COMMANDS)}", file=sys.stderr)
        return 2
    try:
        return COMMANDS[argv[0]](argv[1:])
    except Stop as stop:
        say(str(stop))
        return ENVIRONMENT_FAULT
    except KeyboardInterrupt:
        return 130


if __name__ == "__main__":
    if sys.version_info < (3, 11):  # noqa: UP036  # an older Python must say so instead of failing later
        sys.exit("dev: Python 3.11 or newer is needed, this is " + sys.version.split()[0])
    sys.exit(main(sys.argv[1:]))
