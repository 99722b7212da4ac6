"""Bringing a backup back: which copies there are, a look inside each, and the question before it is done."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QModelIndex, QSize, Qt, Signal
from PySide6.QtWidgets import QAbstractItemView, QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core import paths
from desktop_crm.core.dates import clock
from desktop_crm.core.errors import CrmError, EnvironmentFault
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.table_model import Column, Row
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.dialog_height import DialogHeight
from desktop_crm.ui.widgets.file_dialogs import ask_file
from desktop_crm.ui.widgets.inset_table import InsetTable
from desktop_crm.ui.widgets.labels import Label, Note

if TYPE_CHECKING:
    from desktop_crm.store.backup import Contents
    from desktop_crm.store.rotation import Copy


def moment_text(t: Translator, moment: dt.datetime) -> str:
    """Day and time in the shop's zone."""
    local = clock.local(moment)
    return f"{t.date(local.date())} {local:%H:%M}"


def size_text(t: Translator, size: int) -> str:
    """Bytes as megabytes."""
    from decimal import Decimal

    return t("%(size)s MB", size=t.number(max(Decimal(size) / 1_000_000, Decimal("0.1")), 1))


COLUMNS = (
    Column("made", N_("Backed up"), 150, "bold"),
    Column("place", N_("Where"), 130, stretch=True),
    Column("size", N_("Size"), 84, "figure"),
    Column("customers", N_("Customers"), 88, "number"),
    Column("quotations", N_("Quotations"), 88, "number"),
    Column("orders", N_("Orders"), 80, "number"),
)

LEAST = 120  # pixels at 15 px text of the list that stay in sight


class CopiesTable(InsetTable):
    """The copies, one of which is current; scrolls."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx, ctx.t("Backups"), COLUMNS)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAsNeeded)

    def sizeHint(self) -> QSize:
        return QSize(self._ctx.theme.px(640), self._ctx.theme.px(300))

    def show_rows(self, rows: Sequence[Row]) -> None:
        """Show other copies; the table gives way on a low screen."""
        super().show_rows(rows)
        self.setMinimumHeight(self._ctx.theme.px(LEAST))


class RestoreDialog(QDialog):
    """``chosen(path)`` once a backup was looked at, confirmed and verified."""

    chosen = Signal(str)

    def __init__(self, ctx: Context, parent: QWidget, damaged: Path | None = None) -> None:
        """Of the shop that is open, or of one that is too ``damaged`` to be opened."""
        super().__init__(parent)
        t, theme = ctx.t, ctx.theme
        self.ctx = ctx
        self._of = damaged or ctx.path
        self._copies: list[Copy] = []
        self._inside: dict[Path, Contents | EnvironmentFault] = {}
        self._missing: dict[Path, dict[str, int] | None] = {}  # what goes with a restore, for those looked at
        self._shop = ""
        self.setWindowTitle(t("Restore a backup"))
        self.setMinimumWidth(theme.px(700))
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(18))
        column.setSpacing(theme.px(12))
        column.addWidget(Label(t("Restore a backup"), "name"))
        about = t("The shop becomes what it was then. What is there now is backed up first, so nothing is lost.")
        column.addWidget(Label(about, "muted", wrap=True))
        self.table = CopiesTable(ctx)
        self.table.selectionModel().currentRowChanged.connect(self._current_changed)
        self.table.doubleClicked.connect(lambda _index: self.restore())
        column.addWidget(self.table, 1)  # rows stay where they are when a sentence comes or goes
        self.preview = Note(theme)
        self.error = Label("", "error", wrap=True)
        column.addWidget(self.preview)
        column.addWidget(self.error)
        row = QHBoxLayout()
        row.addWidget(button(t("Another file ..."), self._ask_file, theme=theme, picture="folder-open"))
        row.addStretch(1)
        row.addWidget(button(t("Cancel"), self.reject))
        self.restore_button = button(t("Restore"), self.restore, primary=True)
        self.restore_button.setDefault(True)  # or Enter would ask for another file
        row.addWidget(self.restore_button)
        column.addLayout(row)
        DialogHeight(self)
        self._show_current(None)
        self._read()

    def current(self) -> Path | None:
        """The copy that is selected."""
        row = self.table.currentIndex().row()
        return self._copies[row].path if 0 <= row < len(self._copies) else None

    def restore(self) -> None:
        """Ask, then verify the selected copy from end to end."""
        t, path = self.ctx.t, self.current()
        if path is None or self._contents(path) is None:
            return
        what = t("Put this backup in the place of the shop?")
        if confirm(self.ctx, what, self._words(path), t("Restore"), self):
            self.take(path)

    def take(self, path: Path) -> None:
        """Verify a copy; ``chosen`` follows, or the sentence why not."""
        from desktop_crm.services import backups

        self.error.setText("")
        self.restore_button.setEnabled(False)
        self.ctx.tasks.heavy(
            backups.verify,
            path,
            done=lambda _contents: self._take(path),
            failed=self._refused,
            owner=self,
            title=self.ctx.t("Looking through the backup"),
        )

    def add_file(self, path: Path) -> None:
        """Offer a file from elsewhere, and select it."""
        from desktop_crm.store.rotation import Copy, made_at

        try:
            stat = path.stat()
        except OSError:
            self.error.setText(self.ctx.t("%(path)s is not there.", path=str(path)))
            return
        made = made_at(path) or dt.datetime.fromtimestamp(stat.st_mtime, dt.UTC)
        self._copies.insert(0, Copy(made, path, stat.st_size))
        self.table.show()
        self._show_rows()
        self.table.selectRow(0)
        self._look(path)

    def _take(self, path: Path) -> None:
        self.accept()
        self.chosen.emit(str(path))

    def _refused(self, error: BaseException) -> None:
        self.restore_button.setEnabled(True)
        if isinstance(error, CrmError):
            self.error.setText(self._trouble(error))
        else:
            self.ctx.tasks.failure.emit(error)

    def _trouble(self, error: CrmError) -> str:
        """What is wrong with a copy; advice for a damaged shop would lead back to this window."""
        from desktop_crm.store.faults import DAMAGED

        if error.message == DAMAGED[0]:
            error = EnvironmentFault(N_("This backup is damaged."), N_("Choose another one."))
        return self.ctx.t.error(error)

    def _ask_file(self) -> None:
        t = self.ctx.t
        file = ask_file(self, t("Choose a backup"), t("Shop files (*.dcrm)"), paths.backups_dir())
        if file is not None:
            self.add_file(file)

    def _read(self) -> None:
        from desktop_crm.services import backups

        if self._of is not None:
            outside = BackupKeeper.of(self.ctx).outside
            args = (self._of, paths.backups_dir(), outside)
            self.ctx.tasks.background(backups.copies, *args, done=self._show, owner=self)
        if self.ctx.path is not None:
            self.ctx.tasks.read(_shop_name, done=self._know_shop, owner=self)

    def _know_shop(self, name: str) -> None:
        self._shop = name
        self._show_current(self.current())

    def _show(self, copies: list[Copy]) -> None:
        self._copies = copies
        self._show_rows()
        for copy in copies:
            self._look(copy.path)
        if copies:
            self.table.selectRow(0)
        else:
            self.table.hide()
            self._show_current(None)

    def _look(self, path: Path) -> None:
        from desktop_crm.services import backups

        def seen(contents: Contents | EnvironmentFault) -> None:
            self._inside[path] = contents
            row = self.table.currentIndex().row()
            self._show_rows()
            self.table.selectRow(max(row, 0))
            self._show_current(self.current())

        self.ctx.tasks.background(backups.look, path, done=seen, owner=self)

    def _compare(self, path: Path) -> None:
        """Ask what a restore would take away."""
        from desktop_crm.services import backups

        def known(missing: dict[str, int] | None) -> None:
            self._missing[path] = missing
            self._show_current(self.current())

        if self._of is not None and path not in self._missing:
            self._missing[path] = {}
            self.ctx.tasks.background(backups.missing, self._of, path, done=known, owner=self)

    def _show_rows(self) -> None:
        self.table.show_rows([self._row(copy) for copy in self._copies])

    def _row(self, copy: Copy) -> Row:
        t, inside = self.ctx.t, self._contents(copy.path)
        place = self._place(copy.path)
        if copy.path in self._inside and inside is None:
            place = t("Cannot be restored")
        counts = (inside.customers, inside.quotations, inside.orders) if inside else (None, None, None)
        return (copy.path, moment_text(t, copy.made), place, size_text(t, copy.size), *counts)

    def _place(self, path: Path) -> str:
        outside = BackupKeeper.of(self.ctx).outside
        if path.is_relative_to(paths.backups_dir()):
            return self.ctx.t("On this computer")
        if outside is not None and path.is_relative_to(outside):
            return self.ctx.t("Second place")
        return str(path.parent)

    def _current_changed(self, _now: QModelIndex, _before: QModelIndex) -> None:
        self._show_current(self.current())

    def _contents(self, path: Path | None) -> Contents | None:
        found = self._inside.get(path) if path is not None else None
        return None if isinstance(found, EnvironmentFault) else found

    def _show_current(self, path: Path | None) -> None:
        found = self._inside.get(path) if path is not None else None
        self.error.setText(self._trouble(found) if isinstance(found, EnvironmentFault) else "")
        self.restore_button.setEnabled(self._contents(path) is not None)
        if path is not None and self._contents(path) is not None:
            self._compare(path)
        none = self.ctx.t("There is no backup of this shop yet.") if self.table.isHidden() else ""
        self.preview.say("", self._words(path) if path is not None else none)

    def _words(self, path: Path) -> str:
        from desktop_crm.services import backup_words

        t, inside = self.ctx.t, self._contents(path)
        if inside is None:
            return ""
        change = inside.last_change[:19]
        last = moment_text(t, dt.datetime.fromisoformat(change).replace(tzinfo=dt.UTC)) if change else ""
        text = t("Backup of %(shop)s; last change %(when)s.", shop=inside.shop, when=last)
        words = [text, backup_words.gone(t, self._missing.get(path, {}))]
        if self._shop and inside.shop != self._shop:
            words.append(t("This is another shop than the one that is open (%(shop)s)!", shop=self._shop))
        return ("" if t.lang.startswith("zh") else " ").join(word for word in words if word)


def _shop_name(session: object) -> str:
    from sqlalchemy.orm import Session

    from desktop_crm.core.settings import Company
    from desktop_crm.services import settings

    assert isinstance(session, Session)
    return settings.load(session, Company).name
