"""What only the built program can say of itself: whether all it imports late is packed, and how fast it starts.

Part of the program: ``desktop-crm --smoke-test parts FOLDER`` and ``--smoke-test start SHOP REPORT``.
"""

from __future__ import annotations

import importlib.util
import os
import sys
import time
from collections.abc import Callable
from io import TextIOWrapper
from pathlib import Path


def main(argv: list[str]) -> int:
    """Run the part of the test that ``argv`` names; 1 when something is missing."""
    if isinstance(sys.stdout, TextIOWrapper):  # the program with a window has none on Windows
        sys.stdout.reconfigure(errors="backslashreplace")
    if len(argv) == 2 and argv[0] == "parts":
        return try_parts(Path(argv[1]))
    if len(argv) == 3 and argv[0] == "start":
        return start(Path(argv[1]), Path(argv[2]))
    print(__doc__, file=sys.stderr)
    return 2


def try_parts(folder: Path) -> int:
    """Try every part and say what failed."""
    parts: dict[str, Callable[[Path], None]] = {
        "worker process": worker_process,
        "one SQLite": one_sqlite,
        "migrations": migrations,
        "languages": languages,
        "numbers of other countries": numbers,
        "spreadsheets": spreadsheets,
        "window parts": window_parts,
        "nothing from outside": own_files,  # last: sees what the others loaded
    }
    failed = 0
    for name, part in parts.items():
        try:
            part(folder)
        except Exception as error:
            failed = 1
            print(f"FAILED {name}: {type(error).__name__}: {error}", flush=True)
        else:
            print(f"ok {name}", flush=True)
    return failed


def require(is_so: object, what: str) -> None:
    """Raise AssertionError with ``what``; unlike ``assert`` also in an optimised build."""
    if not is_so:
        raise AssertionError(what)


def worker_process(folder: Path) -> None:
    """The spawned process makes a sample shop and tells its progress."""
    from desktop_crm.ui import shop_files
    from desktop_crm.ui.worker import Worker

    told: list[int] = []
    worker = Worker()
    try:
        made = worker.run(
            shop_files.create_sample, (folder / "worker.dcrm",), {}, lambda done, _total: told.append(done)
        )
    finally:
        worker.close()
    require(made.stat().st_size > 100_000 and told, "the worker made no sample shop")


def one_sqlite(_folder: Path) -> None:
    """sqlcipher3 works with encryption and full text, and nothing else brings a second copy."""
    from sqlcipher3 import dbapi2

    connection = dbapi2.connect(":memory:")
    connection.execute("CREATE VIRTUAL TABLE words USING fts5(text)")
    require(connection.execute("PRAGMA cipher_version").fetchone(), "no SQLCipher")
    if hasattr(sys, "_MEIPASS"):
        found = [name for name in ("sqlite3", "_sqlite3", "PySide6.QtSql", "apsw") if importlib.util.find_spec(name)]
        require(not found, f"a second SQLite: {found}")


def migrations(_folder: Path) -> None:
    """Alembic finds the revisions as files."""
    from alembic.runtime.environment import EnvironmentContext  # noqa: F401
    from alembic.script import ScriptDirectory

    from desktop_crm.store.migrations import FOLDER, REVISIONS

    heads = ScriptDirectory(str(FOLDER)).get_heads()
    require(list(heads) == [REVISIONS[-1]], f"the newest revision is {heads}")


def languages(_folder: Path) -> None:
    """Catalogues, CLDR and guide of the three languages, and time zones."""
    import datetime as dt
    import gettext
    from zoneinfo import ZoneInfo

    from desktop_crm.core import guide, paths
    from desktop_crm.core.dates import DEFAULT_ZONE
    from desktop_crm.core.i18n import LANGUAGES, translator

    for lang in LANGUAGES:
        gettext.translation("desktop_crm", paths.resource_dir() / "translations", [lang])
        t = translator(lang)
        t.date(dt.date(2026, 11, 21), "long")
        require(t.money(123456, "USD") == "1,234.56", f"amounts of {lang}")
        require(all(page.text for page in guide.pages(lang)), f"guide of {lang}")
        guide.page(lang, guide.REFERENCE)
    ZoneInfo(DEFAULT_ZONE)


def numbers(_folder: Path) -> None:
    """The rules for tax and telephone numbers, which are imported by country."""
    from desktop_crm.core.phones import to_e164
    from desktop_crm.core.tax_ids import check_tax_id

    for country, number in {"DE": "136695976", "GB": "980780684", "FR": "23334175221", "NL": "004495445B01"}.items():
        require(check_tax_id(number, country), f"tax number of {country}")
    for region, number in {"TW": "02 2720 8889", "CN": "010 6552 9988", "JP": "03-3210-7000"}.items():
        require(to_e164(number, region), f"telephone number of {region}")


def spreadsheets(folder: Path) -> None:
    """A workbook written by the one library is read by the other."""
    import charset_normalizer  # noqa: F401
    from openpyxl import Workbook
    from python_calamine import CalamineWorkbook

    file = folder / "words.xlsx"
    book = Workbook()
    book.active.append(["客戶", 1])
    book.save(file)
    rows = CalamineWorkbook.from_path(str(file)).get_sheet_by_index(0).to_python()
    require(rows == [["客戶", 1.0]], f"the workbook says {rows}")


def window_parts(folder: Path) -> None:
    """Pictures as SVG, PNG and JPEG, and pages of a PDF."""
    from PySide6.QtCore import QSize
    from PySide6.QtGui import QIcon, QImageReader
    from PySide6.QtPdf import QPdfDocument
    from PySide6.QtWidgets import QApplication
    from reportlab.pdfgen.canvas import Canvas

    from desktop_crm.core import paths

    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication(["desktop-crm"])
    icon = QIcon(str(paths.resource_dir() / "desktop-crm.svg"))
    require(not icon.pixmap(QSize(32, 32)).isNull(), "SVG icons")
    formats = {bytes(name.data()).decode() for name in QImageReader.supportedImageFormats()}
    require({"png", "jpeg", "svg"} <= formats, f"only these pictures: {formats}")
    file = folder / "page.pdf"
    canvas = Canvas(str(file))
    canvas.drawString(100, 100, "page")
    canvas.save()
    document = QPdfDocument(app)
    document.load(str(file))
    require(document.pageCount() == 1 and not document.render(0, QSize(100, 140)).isNull(), "PDF pages")


def own_files(_folder: Path) -> None:
    """Every module comes from the package itself."""
    inside = getattr(sys, "_MEIPASS", None)
    if inside is None:
        return
    files = {name: getattr(module, "__file__", None) for name, module in list(sys.modules.items())}
    # Shiboken's own support has relative names: it lies inside a library
    places = {name: Path(file) for name, file in files.items() if file and Path(file).is_absolute()}
    strange = {name: place for name, place in places.items() if not place.is_relative_to(inside)}
    require(not strange, f"from outside: {strange}")


def start(shop: Path, report: Path) -> int:
    """Open ``shop`` in the window and write the moment its first page is filled, in seconds, to ``report``.

    Ends at once, without the backup a user's last window makes. 1 when nothing is shown within a minute.
    """
    from PySide6.QtCore import QTimer
    from PySide6.QtWidgets import QApplication

    from desktop_crm import app
    from desktop_crm.ui.main_window import MainWindow
    from desktop_crm.ui.page import Page

    def is_filled(window: object) -> bool:
        if not isinstance(window, MainWindow) or not isinstance(window.stack.currentWidget(), Page):
            return False
        return not window.ctx.tasks.busy()

    qt = QApplication([sys.argv[0]])
    end = time.monotonic() + 60

    def look() -> None:
        for window in qt.topLevelWidgets():
            if is_filled(window):
                report.write_text(repr(time.time()), "utf-8")
                os._exit(0)
        if time.monotonic() > end:
            os._exit(1)

    timer = QTimer(interval=2)
    timer.timeout.connect(look)
    timer.start()
    return app.main(["open", str(shop)])
