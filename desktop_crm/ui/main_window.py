"""The one window: menus, rail, the stack of tabs, progress strip and status bar."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QSize, QTimer, Signal
from PySide6.QtGui import QCloseEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMainWindow, QStackedWidget, QVBoxLayout, QWidget

from desktop_crm.ui import leaving, pages, second_place, shop_files, shop_line, unsaved, warming
from desktop_crm.ui.actions import CURRENT, Actions
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.badges import Badges
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import Message, Reporter
from desktop_crm.ui.look_menu import LookMenu
from desktop_crm.ui.midnight import Midnight
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.recent import Recent
from desktop_crm.ui.shop_line import ShopLine
from desktop_crm.ui.toast import Toast
from desktop_crm.ui.widgets.backup_line import BackupLine
from desktop_crm.ui.widgets.hint_line import HintLine
from desktop_crm.ui.widgets.labels import ElidedLabel
from desktop_crm.ui.widgets.progress import ProgressStrip
from desktop_crm.ui.widgets.rail import Rail, Tab

if TYPE_CHECKING:
    from desktop_crm.store.database import Outcome
    from desktop_crm.store.journal import Changed
    from desktop_crm.ui.finder import Finder
    from desktop_crm.ui.guide_window import GuideWindow

NARROW = 1100  # pixels at 15 px text: a narrower window has a narrow rail
TITLE_BAR = 48  # pixels that the system may want above the window
FILLED = 150  # milliseconds the first page has to itself
SLOW = 5000  # milliseconds after which opening a shop is more than that: a new layout, figures of another day
IDLE = 5000  # milliseconds without a write after which the search index is tidied


class MainWindow(QMainWindow, LookMenu):
    """``begin`` opens the shop and fills the first page, after the frame has been painted."""

    ready = Signal()  # the first page is there
    refused = Signal(object)  # the shop could not be opened: the error
    wanted_new = Signal(str)  # the name of a shop to be made
    wanted_file = Signal(str)  # "open" or "sample"
    wanted_restore = Signal(str)  # the path of a verified backup
    closed = Signal()

    def __init__(self, ctx: Context, specs: Sequence[pages.PageSpec] | None = None, *, reading: bool = False) -> None:
        """``reading``: the shop is open elsewhere and only looked at here; nothing is written by itself."""
        super().__init__()
        self.ctx = ctx
        self._reading = reading
        self.specs = {spec.key: spec for spec in (pages.available() if specs is None else specs)}
        self._pages: dict[str, Page] = {}
        self._current = ""
        self._last_batch: uuid.UUID | None = None
        self._finder: Finder | None = None
        self._guide: GuideWindow | None = None
        self._page_key = shop_files.state_key(ctx.path, "page")
        self._left = False  # the backup at the end was made, or is not wanted
        self.setWindowTitle("Desktop CRM")
        self.reporter = Reporter(ctx, self)
        self.recent = Recent(ctx)
        self._build()
        self._connect()
        self.ctx.actions = Actions(self, self, ctx.t)
        self.ctx.actions.fill(self.menuBar())
        if reading:
            from desktop_crm.ui import reading as reading_only

            reading_only.Grey(ctx, self)
        self.check_look()
        self._restore()

    # -- building --------------------------------------------------------------------------------

    def _build(self) -> None:
        theme = self.ctx.theme
        self.rail = Rail(theme, [self._tab(n, spec) for n, spec in enumerate(self.specs.values(), 1)])
        self.ctx.place = self.stack = QStackedWidget()
        first = next(iter(self.specs.values()), None)
        self.stack.addWidget(Screen(self.ctx, self.ctx.t(first.title) if first else ""))
        self._status = ElidedLabel("", "small")
        foot = QFrame()
        foot.setProperty("look", "status")
        foot.setFixedHeight(theme.size("status"))
        row = QHBoxLayout(foot)
        row.setContentsMargins(theme.px(14), 0, theme.px(14), 0)
        row.setSpacing(theme.px(18))
        row.addWidget(self._status)
        row.addStretch(1)
        line = BackupLine(self.ctx)
        line.clicked.connect(self.show_backups)
        row.addWidget(line)
        row.addWidget(HintLine(self.ctx))
        main = QVBoxLayout()
        main.setSpacing(0)
        main.addWidget(self.stack, 1)
        main.addWidget(ProgressStrip(self.ctx))
        main.addWidget(foot)
        self.body = QWidget()
        across = QHBoxLayout(self.body)
        across.setContentsMargins(0, 0, 0, 0)
        across.setSpacing(0)
        across.addWidget(self.rail)
        across.addLayout(main, 1)
        self.setCentralWidget(self.body)
        self.toast = Toast(self.ctx, self.body, self._undo_batch)

    def _tab(self, number: int, spec: pages.PageSpec) -> Tab:
        t = self.ctx.t
        key = f"Ctrl+{number}" if number <= 9 else ""
        if key:
            QShortcut(QKeySequence(key), self, lambda: self.show_page(spec.key))
        return Tab(spec.key, t(spec.title), spec.icon, t(spec.section), spec.foot, key)

    def _connect(self) -> None:
        ctx = self.ctx
        self.rail.chosen.connect(self.show_page)
        ctx.opened.connect(self.open_record)
        ctx.status_changed.connect(self.refresh)
        ctx.asking.connect(self._show_page_of)
        ctx.badge_changed.connect(self._badge)
        self._badges = Badges(ctx, self)
        self.ready.connect(lambda: QTimer.singleShot(FILLED, self, self._go_on))
        if not self._reading:
            self.ready.connect(lambda: unsaved.bring_back(self))
            self.midnight = Midnight(ctx, self._pages.values, self)
            self.ready.connect(self.midnight.begin)
        ctx.customer_view.changed.connect(self._hide_private)
        ctx.data_changed.connect(self._changed)
        self._idle = QTimer(self, singleShot=True, interval=IDLE)
        self._idle.timeout.connect(self._tidy)
        self.backups = BackupKeeper.of(ctx)
        self.backups.changed.connect(self._read_shop_line)
        self.second_place = second_place.Question(ctx, self, self.show_backups)

    def _restore(self) -> None:
        room = self.screen().availableSize() - QSize(0, TITLE_BAR)  # a laptop may have less
        self.resize(QSize(1440, 900).boundedTo(room))
        self.setMinimumSize(self.ctx.theme.px(720), self.ctx.theme.px(480))
        self.restoreGeometry(self.ctx.state.blob("window/geometry"))

    # -- opening ---------------------------------------------------------------------------------

    def begin(self) -> None:
        """Open the shop in the read lane (which imports what that needs), then show the first page."""
        key = self.ctx.state.text(self._page_key)
        if key not in self.specs or (self.specs[key].private and self.ctx.customer_view.on):
            key = next((one for one, spec in self.specs.items() if not spec.private), "")
        module = self.specs[key].place.partition(":")[0] if key else ""

        def opened(line: ShopLine) -> None:
            self._show_shop_line(line)
            if key:
                self.show_page(key)
            if not self._reading:
                self.backups.start(self)
            self.ready.emit()

        t = self.ctx.t
        request = self.ctx.tasks.read(
            shop_line.read, t, self.ctx.path, module,
            done=opened, failed=self.refused.emit, owner=self, title=t("Opening the shop ..."),
        )  # fmt: skip
        QTimer.singleShot(SLOW, self, lambda: setattr(request, "title", t("Bringing the file up to date ...")))

    def _go_on(self) -> None:
        """What the first page should not have to wait for."""
        self._badges.read()
        warming.warm(self.ctx.tasks, self.specs.values(), self)

    def _changed(self, changed: Changed) -> None:
        if not changed.entities:
            return
        self._left = False
        self._last_batch = None if changed.action == "history.undo" else changed.batch_id
        self._idle.start()
        if "setting" in changed.entities:
            self._read_shop_line()

    def _read_shop_line(self) -> None:
        self.ctx.tasks.read(
            shop_line.read,
            self.ctx.t,
            self.ctx.path,
            "",
            done=self._show_shop_line,
            owner=self,
            slot="shop",
        )

    def _show_shop_line(self, line: ShopLine) -> None:
        t = self.ctx.t
        self.rail.show_shop(line.name, t("Open for reading only") if self._reading else line.state)
        self.setWindowTitle(line.title(t, reading=self._reading))

    def _tidy(self) -> None:
        """Merge the search index a little while nobody works; again until there is nothing left to merge."""
        from desktop_crm.services import shops

        def done(outcome: Outcome[bool]) -> None:
            if outcome.result:
                self._idle.start()

        self.ctx.tasks.write(shops.tidy, done=done, owner=self)

    # -- pages -----------------------------------------------------------------------------------

    def page_keys(self) -> list[str]:
        """The tabs there are."""
        return list(self.specs)

    def page(self, key: str) -> Page | None:
        """A tab, made and shown if it is not; ``*`` is the one shown."""
        if key == CURRENT:
            return self._pages.get(self._current)
        self.show_page(key)
        return self._pages.get(key)

    def show_page(self, key: str) -> None:
        """Show a tab; the first time it is imported and built."""
        spec = self.specs[key]
        if spec.private and self.ctx.customer_view.on:
            return
        if self._finder is not None:
            self._finder.leave()
        fresh = key not in self._pages
        if fresh:
            self._pages[key] = pages.make(spec, self.ctx)
            self.stack.addWidget(self._pages[key])
            if self._current:  # nobody waits for a window that is there
                self._pages[key].hold()
        self._current = key
        self.stack.setCurrentWidget(self._pages[key])
        self.rail.choose(key)
        self.ctx.state.put(self._page_key, key)
        if fresh:
            self._pages[key].first_shown()
        self._pages[key].take_focus()
        self.refresh()

    def open_record(self, entity: str, record: uuid.UUID) -> None:
        """Show a record on the tab that keeps its kind."""
        for spec in self.specs.values():
            if entity in spec.entities:
                page = self.page(spec.key)
                if page is not None:
                    page.open_record(entity, record)
                return

    def refresh(self) -> None:
        """Bring status bar and menus to what is shown now."""
        page = self._pages.get(self._current)
        if page is not None:
            top = page.top()
            said = page.status_text() if top is page.home else top.status_text()
            self._status.least = said  # the keys at the right give way first
            self._status.setText(said)
        self.ctx.actions.refresh()

    def _badge(self, key: str, count: int, urgent: bool) -> None:
        self.rail.set_badge(key, self.ctx.t.number(count) if count else "", urgent=urgent)

    def _hide_private(self, on: bool) -> None:
        for spec in self.specs.values():
            if spec.private:
                self.rail.set_shown(spec.key, not on)
        if on and self._current and self.specs[self._current].private:
            self.show_page(next(one for one, spec in self.specs.items() if not spec.private))
        self.ctx.actions.show_pages([spec.key for spec in self.specs.values() if spec.private], not on)
        self.ctx.actions.get("customer_view").setChecked(on)

    # -- what the menus call ---------------------------------------------------------------------

    def find_anything(self) -> None:
        from desktop_crm.ui import finder, finder_commands

        if self._finder is None:
            self._finder = finder.Finder(self.ctx, self.body, self.recent, partial(finder_commands.commands, self))
        self._finder.open()

    def show_help(self) -> None:
        self._show_guide(self._current)

    def show_shortcuts(self) -> None:
        self._show_guide("shortcuts")

    def _show_guide(self, page: str) -> None:
        from desktop_crm.ui.guide_window import GuideWindow

        if self._guide is None:
            self._guide = GuideWindow(self.ctx, [self.ctx.t(spec.title) for spec in self.specs.values()], self)
        self._guide.open_at(page)

    def new_shop(self) -> None:
        from desktop_crm.ui.start_page import NameDialog

        dialog = NameDialog(self.ctx, self)
        leave = partial(leaving.first, self.ctx, self)
        dialog.named.connect(lambda name: leave(lambda: self.wanted_new.emit(name)))
        dialog.open()

    def open_shop(self) -> None:
        leaving.first(self.ctx, self, lambda: self.wanted_file.emit("open"))

    def open_sample(self) -> None:
        leaving.first(self.ctx, self, lambda: self.wanted_file.emit("sample"))

    def toggle_customer_view(self) -> None:
        self.ctx.customer_view.toggle()

    def back_up(self) -> None:
        self.backups.run(always=True)

    def restore_backup(self) -> None:
        from desktop_crm.ui.backup_restore import RestoreDialog

        if self.may_close():
            dialog = RestoreDialog(self.ctx, self)
            dialog.chosen.connect(self.wanted_restore)
            dialog.open()

    def show_backups(self) -> None:
        page = self.page("settings") if "settings" in self.specs else None
        if page is not None:
            page.open_record("backup", uuid.UUID(int=0))

    def undo(self) -> None:
        if self._last_batch is not None:
            self._undo_batch(self._last_batch)
        else:
            self.ctx.toast(self.ctx.t("There is nothing to undo."))

    def about(self) -> None:
        from desktop_crm import __version__

        t = self.ctx.t
        text = t("Icons: Lucide (ISC). Fonts: Noto Sans (OFL). Interface: Qt, PySide6 (LGPL).")
        Message(self.ctx, t("Desktop CRM %(version)s", version=__version__), text, parent=self).open()

    def _undo_batch(self, batch: uuid.UUID) -> None:
        self._last_batch = None
        shop_line.undo(self.ctx, batch)

    # -- closing ---------------------------------------------------------------------------------

    def may_close(self) -> bool:
        """Whether every open editor may be left."""
        return all(page.may_close() for page in self._pages.values())

    def _show_page_of(self, widget: QWidget) -> None:
        """Nobody can answer what becomes of typing that is out of sight."""
        for key, page in self._pages.items():
            if page is widget or page.isAncestorOf(widget):
                if key != self._current:
                    self.show_page(key)
                page.reveal(widget)

    def remember(self) -> None:
        """Store the window's place."""
        self.ctx.state.put("window/geometry", self.saveGeometry())
        self.ctx.state.save()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.rail.be_narrow(self.width() < self.ctx.theme.px(NARROW))

    def changeEvent(self, event: QEvent) -> None:
        """A shop that another window writes to is read again when somebody comes back to this one."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.ActivationChange and self._reading and self.isActiveWindow():
            page = self._pages.get(self._current)
            if page is not None:
                page.reload()

    def closeEvent(self, event: QCloseEvent) -> None:
        if not self.may_close():
            event.ignore()
            return
        self.remember()
        if not self._left and leaving.is_needed(self.ctx):
            event.ignore()
            leaving.first(self.ctx, self, self._leave)
            return
        event.accept()
        self.closed.emit()

    def _leave(self) -> None:
        """After the last backup; one that failed is told first, and does not hold the window a second time."""
        self._left = True
        if not self.backups.failed:
            QTimer.singleShot(0, self, self.close)
