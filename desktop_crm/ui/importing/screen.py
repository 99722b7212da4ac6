"""The import: three steps on one screen, and a worker that reads, tries and writes."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

from PySide6.QtCore import QTimer
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QHideEvent
from PySide6.QtWidgets import QStackedWidget, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.importing import memory, past
from desktop_crm.ui.importing.check_step import CheckStep
from desktop_crm.ui.importing.columns_step import ColumnsStep
from desktop_crm.ui.importing.file_step import SAVED, FileStep
from desktop_crm.ui.importing.past import ENTITIES, PastImports
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.widgets.buttons import Chip, SubTabs, button
from desktop_crm.ui.widgets.dropping import dropped_file
from desktop_crm.ui.widgets.yielding import Yielding

if TYPE_CHECKING:
    from desktop_crm.services.import_job import Job
    from desktop_crm.services.import_report import ImportReport
    from desktop_crm.services.import_start import Examined
    from desktop_crm.services.import_table import Shown
    from desktop_crm.ui.lanes import Request

FILE, COLUMNS, CHECK = "file", "columns", "check"
STEPS = (FILE, COLUMNS, CHECK)
PREVIEW = 20  # rows


class ImportScreen(Screen):
    """``take(path)`` begins with a file; everything heavy runs in the worker."""

    def __init__(self, ctx: Context, page: Page) -> None:
        super().__init__(ctx, ctx.t("Import"))
        t = ctx.t
        self._page = page
        self._path: Path | None = None
        self._examined: Examined | None = None
        self._known = False
        self._kind = ""
        self._report: ImportReport | None = None
        self._request: Request | None = None
        self._writing = False
        self.tool.add_back(ctx, t("Back"), page)
        texts = {FILE: t("1 File"), COLUMNS: t("2 Columns"), CHECK: t("3 Try and import")}
        self.steps = SubTabs(ctx.theme, [Chip(key, text) for key, text in texts.items()])
        self.past = button(t("Imports so far"), self._show_past, theme=ctx.theme, picture="history")
        self.next = button(t("Next"), self._go_on, primary=True)
        self.tool.add(self.past)
        self.tool.add(self.next)
        self.file = FileStep(ctx)
        self.columns = ColumnsStep(ctx)
        self.check = CheckStep(ctx)
        self.stack = QStackedWidget()
        for widget in (self.file, self.columns, self.check):
            self.stack.addWidget(Yielding(ctx.theme, widget))
        self.body.addWidget(self.steps)
        self.body.addWidget(self.stack, 1)
        self.setAcceptDrops(True)
        self._connect()
        self._refresh()

    def _connect(self) -> None:
        self.steps.chosen.connect(self._go)
        self.file.chosen.connect(self.take)
        self.file.changed.connect(self._file_changed)
        self.columns.changed.connect(self._columns_changed)
        self.check.changed.connect(self._try)
        self.check.cancelled.connect(self._cancel)
        self.check.taken_back.connect(self._take_back)
        self.check.save_wanted.connect(self._save_refused)
        self.ctx.tasks.finished.connect(self._finished)

    # -- step 1 ----------------------------------------------------------------------------------

    def take(self, path: Path) -> None:
        """Begin with a file."""
        if self._request is None:
            self._path = path
            self._examine(fresh=True)

    def _examine(self, *, fresh: bool) -> None:
        from desktop_crm.services import import_start

        assert self._path is not None
        kind = "" if fresh or self.file.kind_chosen() == SAVED else self.file.kind_chosen()
        choice = self.file.choice(self._path, fresh=fresh)
        self._start(import_start.examine, choice, kind, done=partial(self._found, fresh), title=self.ctx.t("Reading"))

    def _found(self, fresh: bool, examined: Examined) -> None:
        self._request = None
        self._examined, self._report = examined, None
        kind, fields = examined.guess.kind, examined.guess.fields
        remembered = memory.recall(self.ctx.state, examined.look.headings) if fresh else None
        self._known = remembered is not None
        if remembered is not None:
            kind, columns, options = remembered
            fields = {column: (name, 1.0) for column, name in columns.items()}
            self.check.set_options(options)
        self._kind = kind
        saved = examined.saved is not None and fresh and not remembered
        self.file.show_file(examined, SAVED if saved else kind)
        self.columns.show_columns(kind, examined.look, fields, self._known)
        self._go(CHECK if self._known and not self.columns.missing() else FILE)
        self._refresh()

    def _file_changed(self) -> None:
        """Another encoding, sheet, heading row or kind."""
        if self._examined is None or self._request is not None:
            return
        if self.file.kind_chosen() == SAVED:
            self._report = None
            self._refresh()
        else:
            self._examine(fresh=False)

    # -- step 2 ----------------------------------------------------------------------------------

    def _columns_changed(self) -> None:
        self._known, self._report = False, None
        self._preview()
        self._refresh()

    def _preview(self) -> None:
        from desktop_crm.services import import_table

        job = self._job()
        if job is not None and self._examined is not None:
            rows = self._examined.look.rows[:PREVIEW]
            self.ctx.tasks.read(import_table.preview, job, rows, done=self._show_preview, owner=self, slot="preview")

    def _show_preview(self, shown: list[Shown]) -> None:
        self.columns.show_preview(shown)

    # -- step 3 ----------------------------------------------------------------------------------

    def _try(self) -> None:
        """A dry run with the options as they are."""
        self._report = None
        self._run(dry_run=True)

    def _import(self) -> None:
        """Back up first, then write."""
        from desktop_crm.ui.backup_keeper import BackupKeeper

        self._writing = True
        self.check.show_working(self.ctx.t("Backing up first ..."), cancel=False)
        self._refresh()
        BackupKeeper.of(self.ctx).before(partial(self._run, dry_run=False))

    def _run(self, *, dry_run: bool) -> None:
        from desktop_crm.services import import_table, imports

        t, path = self.ctx.t, self.ctx.path
        if self._request is not None or path is None or self._examined is None:
            return
        self.check.show_working(t("Trying; nothing is written ...") if dry_run else t("Importing ..."), cancel=True)
        options: dict[str, Any] = {
            "dry_run": dry_run, "done": self._ran, "title": t("Trying the import") if dry_run else t("Importing"),
            "progress": self.check.show_progress,
        }  # fmt: skip
        if self.file.kind_chosen() == SAVED and self._examined.saved is not None:
            name, _title, source = self._examined.saved
            self._start(imports.run_on, path, source, name, **options)
        else:
            self._start(import_table.run_on, path, self._job(), **options)

    def _ran(self, report: ImportReport) -> None:
        self._request, self._writing = None, False
        self._report = report
        self.check.show_report(report)
        if not report.dry_run and report.batch_id is not None:
            self._tell_window(report)
        self._refresh()

    def _tell_window(self, report: ImportReport) -> None:
        from desktop_crm.store.journal import Changed

        assert report.batch_id is not None
        job = self._job()
        if job is not None and self.file.kind_chosen() != SAVED:
            memory.remember(self.ctx.state, job.headings, job.kind, job.columns, self.check.options())
        self.ctx.tasks.data_changed.emit(Changed(report.batch_id, "import_table.run", ENTITIES))

    def _take_back(self) -> None:
        t, report = self.ctx.t, self._report
        if report is None or report.batch_id is None:
            return
        self._writing = True
        if self._holds_keyboard():
            self.setFocus()
        self.check.show_working(t("Taking back the import"), cancel=False)
        self._refresh()
        past.revert(self.ctx, report.batch_id, self, self._taken_back, self._failed)

    def _taken_back(self) -> None:
        self._writing, self._report = False, None
        self.check.back.hide()
        self.check.show_stopped(self.ctx.t("The import was taken back; the shop is as before."))
        self._refresh()

    def _save_refused(self, target: Path) -> None:
        from desktop_crm.reports import refused_rows

        t, job = self.ctx.t, self._job()
        if job is None or self.file.kind_chosen() == SAVED:
            return
        self.ctx.tasks.heavy(
            refused_rows.save,
            job.choice,
            job.headings,
            self.check.reasons(),
            t("Why refused"),
            target,
            done=partial(self._saved, target),
            owner=self,
            title=t("Saving the refused rows"),
        )

    def _saved(self, target: Path, count: int) -> None:
        text = self.ctx.t.plural(
            "Saved %(count)s row as %(file)s.", "Saved %(count)s rows as %(file)s.", count, file=target.name
        )
        self.ctx.toast(text)

    # -- the worker ------------------------------------------------------------------------------

    def _start(self, fn: Any, *args: Any, done: Any, title: str, **kw: Any) -> None:
        """Run ``fn`` in the worker; what it gives, or how it failed, may already be here when this returns."""
        over: list[bool] = []

        def came(result: Any) -> None:
            over.append(True)
            self._request = None
            done(result)

        def failed(error: BaseException) -> None:
            over.append(True)
            self._failed(error)

        request = self.ctx.tasks.heavy(fn, *args, done=came, failed=failed, owner=self, title=title, **kw)
        if not over:
            self._request = request
        self._refresh()

    def _cancel(self) -> None:
        if self._request is not None and self._request.cancel is not None:
            self.check.show_working(self.ctx.t("Stopping ..."), cancel=False)
            self._request.cancel()

    def _finished(self, request: Request) -> None:
        if request is self._request:
            QTimer.singleShot(0, self, partial(self._stopped, request))

    def _stopped(self, request: Request) -> None:
        """After a cancel nobody else says that it is over."""
        if request is self._request:
            self._request, self._writing = None, False
            self.check.show_stopped(self.ctx.t("Stopped. Nothing was written."))
            self._refresh()

    def _failed(self, error: BaseException) -> None:
        self._request, self._writing = None, False
        self.check.show_stopped(self.ctx.t("It could not be done. Nothing was written."))
        self._refresh()
        self.ctx.tasks.failure.emit(error)

    # -- moving ----------------------------------------------------------------------------------

    def _job(self) -> Job | None:
        from desktop_crm.services.import_job import Job

        if self._examined is None:
            return None
        look = self._examined.look
        job = Job(look.choice, self._kind, look.headings)
        return replace(job, columns=self.columns.columns(), **self.check.options())

    def _go(self, step: str) -> None:
        """Show a step, if it can be shown yet."""
        place = STEPS.index(step)
        if (place and self._examined is None) or self._writing:
            self.steps.choose(STEPS[self.stack.currentIndex()])
            return
        if step == CHECK and not self._ready():
            step, place = COLUMNS, STEPS.index(COLUMNS)
        self.stack.setCurrentIndex(place)
        self.steps.choose(step)
        if step == COLUMNS:
            self._preview()
        if step == CHECK:
            self.check.show_kind("" if self.file.kind_chosen() == SAVED else self._kind)
            if self._report is None and self._request is None and self._ready():
                self._try()
        self._refresh()

    def _go_on(self) -> None:
        step = STEPS[self.stack.currentIndex()]
        if step == CHECK:
            if self._report is not None and not self._report.dry_run:
                self._page.pop()
            else:
                self._import()
        elif step == FILE and self.file.kind_chosen() != SAVED:
            self._go(COLUMNS)
        else:
            self._go(CHECK)

    def _ready(self) -> bool:
        return self.file.kind_chosen() == SAVED or not self.columns.missing()

    def _refresh(self) -> None:
        t, step = self.ctx.t, STEPS[self.stack.currentIndex()]
        idle = self._request is None and not self._writing
        done = self._report is not None and not self._report.dry_run
        texts = {FILE: t("Next"), COLUMNS: t("Try it"), CHECK: t("Close") if done else t("Import")}
        self.next.setText(texts[step])
        self.next.setAccessibleName(texts[step])
        usable = {
            FILE: self._examined is not None,
            COLUMNS: self._ready(),
            CHECK: done or (self._report is not None and self._useful(self._report)),
        }
        if self.next.hasFocus() or (not idle and self._holds_keyboard()):
            self.setFocus()  # Qt would hand it to whatever comes next, even outside of this screen
        self.next.setEnabled(idle and usable[step])
        if self.hasFocus() and self.next.isEnabled():
            self.next.setFocus()
        self.past.setEnabled(idle)
        for key in STEPS:
            self.steps.set_enabled(key, idle and (key == FILE or (self._examined is not None and not done)))

    def _holds_keyboard(self) -> bool:
        focused = cast("QWidget | None", self.window().focusWidget())
        return focused is not None and self.isAncestorOf(focused)

    @staticmethod
    def _useful(report: ImportReport) -> bool:
        return any(count.created or count.updated for count in report.counts.values())

    def _show_past(self) -> None:
        self._page.push(PastImports(self.ctx, self._page))

    def hideEvent(self, event: QHideEvent) -> None:
        """A finished import goes when its tab is left: coming back one wants the tab again."""
        super().hideEvent(event)
        if not event.spontaneous() and self._report is not None and not self._report.dry_run:
            QTimer.singleShot(0, self, self._go_away)

    def _go_away(self) -> None:
        if self._page.top() is self and not self.isVisible():
            self._page.pop()

    # -- what the window asks --------------------------------------------------------------------

    def may_leave(self) -> bool:
        if self._writing:
            self.ctx.toast(self.ctx.t("The import is still running. Cancel it first, or wait."))
        elif self._request is not None:
            self._cancel()
        return not self._writing

    def status_text(self) -> str:
        return self.ctx.t("Import a list of customers, products or orders")

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        if dropped_file(event) is not None:
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        path = dropped_file(event)
        if path is not None:
            event.acceptProposedAction()
            self.take(path)
