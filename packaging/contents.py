"""What goes into the built program and what stays out: the lists that desktop_crm.spec hands to PyInstaller."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
LICENSES = ROOT / "packaging" / "licenses"

# packages of which every module is packed, since they import their own by name
WHOLE = ("desktop_crm", "stdnum", "phonenumbers.data")

EXCLUDED = [
    # a second SQLite
    *("sqlite3", "_sqlite3", "PySide6.QtSql"),
    *("PySide6.QtQml", "PySide6.QtQuick", "PySide6.QtNetwork", "PySide6.QtDBus"),
    *("tkinter", "curses", "readline", "idlelib", "lib2to3", "test", "pydoc_data", "ensurepip", "distutils"),
    *("setuptools", "pkg_resources", "pip", "wheel", "pytest", "_pytest", "hypothesis", "mypy", "IPython"),
    *("matplotlib", "rich", "pygments", "numpy.f2py", "numpy.distutils"),
    # pictures are PNG and JPEG
    *("PIL.ImageTk", "PIL.ImageQt", "PIL._avif", "PIL._webp"),
    *("phonenumbers.geodata", "phonenumbers.carrierdata", "phonenumbers.tzdata"),
]

# What hooks bring along and this program never loads: names inside the package.
UNUSED = re.compile(
    r"""
    (^|/)babel/locale-data/(?!((root|en|zh)(_\w+)?)\.dat)
    | (^|/)PySide6/(Qt/)?translations/(?!qtbase_(zh_CN|zh_TW|en)\.qm)
    | (^|/)plugins/(networkinformation|tls|virtualkeyboard|egldeviceintegrations|generic|qmltooling|sqldrivers)/
    | (^|/)plugins/platforms/(lib)?q(eglfs|linuxfb|minimalegl|vnc|vkkhrdisplay|direct2d)
    | (^|/)plugins/platforminputcontexts/.*virtualkeyboard
    | (^|/)plugins/imageformats/(lib)?q(pdf|icns|tga|tiff|wbmp|webp)
    | (^|/)plugins/platformthemes/libqgtk3
    | (^|/)(lib)?Qt6?(Qml|Quick|VirtualKeyboard|Sql|EglFS)\w*(\.|$)
    | (^|/)lib(gtk|gdk|pango|cairo|atk|atspi|epoxy|rsvg|colord)[-_.\w]*\.so
    | (^|/)(opengl32sw|d3dcompiler_47)\.dll
    | (^|/)(lib)?sqlite3[\d.]*\.(so|dll|dylib)
    """,
    re.VERBOSE,
)

Entry = tuple[str, str, str]  # name inside the package, source, kind


def used(entries: Iterable[Entry]) -> list[Entry]:
    """The entries that the program loads."""
    return [entry for entry in entries if not UNUSED.search(entry[0].replace("\\", "/"))]


def licenses() -> Iterator[tuple[str, str]]:
    """Source and folder inside the package of every licence text; installed libraries bring their own."""
    yield str(ROOT / "LICENSE"), "."
    yield from ((str(path), "licenses") for path in sorted(LICENSES.iterdir()))
    for name in locked():
        try:
            files = metadata.files(name) or []
        except metadata.PackageNotFoundError:
            continue  # for another system
        for file in files:
            if ".dist-info" in file.parts[0] and re.match(r"(?i)(licen[cs]e|copying|notice|authors)", file.name):
                yield str(file.locate()), f"licenses/{name}"


def locked() -> list[str]:
    """Names of the libraries the program runs with."""
    text = (ROOT / "requirements" / "run.txt").read_text("utf-8")
    return sorted(set(re.findall(r"^([a-z0-9-]+)==", text, re.MULTILINE)))
