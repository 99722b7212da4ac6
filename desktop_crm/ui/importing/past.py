"""The imports there were: when, from which file, what came of it, and taking one back."""

from __future__ import annotations

import uuid
from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout

from desktop_crm.core.dates import clock
from desktop_crm.core.i18n import Translator
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.errors import confirm
from desktop_crm.ui.importing.sheet_view import SheetView
from desktop_crm.ui.importing.words import TITLES
from desktop_crm.ui.page import Page, Screen
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Card, Label

if TYPE_CHECKING:
    from desktop_crm.services.import_history import PastImport


class PastImports(Screen):
    """A list with one button."""

    def __init__(self, ctx: Context, page: Page) -> None:
        super().__init__(ctx, ctx.t("Imports"))
        t, px = ctx.t, ctx.theme.px
        self.tool.add_back(ctx, t("Back"), page)
        self.take_back = button(t("Take back this import"), self.ask, theme=ctx.theme, picture="undo-2")
        self.tool.add(self.take_back)
        self._rows: list[PastImport] = []
        self._busy = False
        self.table = SheetView(ctx, t("Imports"))
        self.nothing = Label(t("Nothing was imported yet."), "muted")
        card = Card(ctx.theme)
        card.body.addWidget(self.nothing)
        card.body.addWidget(self.table, 1)
        place = QVBoxLayout()
        place.setContentsMargins(px(18), px(14), px(18), px(14))
        place.addWidget(card, 1)
        row = QHBoxLayout()
        row.addLayout(place)
        self.body.addLayout(row, 1)
        ctx.data_changed.connect(self._read)
        self._read()

    def _read(self, _changed: object = None) -> None:
        from desktop_crm.services import import_history

        self.ctx.tasks.read(import_history.past_imports, done=self._show, owner=self, slot="imports")

    def _show(self, rows: list[PastImport]) -> None:
        t = self.ctx.t
        self._rows = rows
        columns = (
            Column("when", t("When"), 150, "bold"),
            Column("file", t("File"), 240),
            Column("what", t("What came of it"), 520),
            Column("state", " ", 140, "pill"),
        )
        self.table.show_table(columns, [(row.batch_id, *_told(t, row)) for row in rows])
        self.table.setVisible(bool(rows))
        self.nothing.setVisible(not rows)
        selection = self.table.selectionModel()
        if rows and selection is not None:
            selection.currentRowChanged.connect(lambda *_: self._enable())
            self.table.selectRow(0)
        self._enable()

    def _enable(self) -> None:
        row = self._current()
        self.take_back.setEnabled(row is not None and not row.taken_back and not self._busy)

    def _current(self) -> PastImport | None:
        index = self.table.currentIndex()
        return self._rows[index.row()] if index.isValid() and index.row() < len(self._rows) else None

    def ask(self) -> None:
        """Take the selected import back, after asking."""
        row, t = self._current(), self.ctx.t
        if row is not None and confirm(
            self.ctx,
            t("Take back the import of %(file)s?", file=row.source),
            t("What it added is removed, what it changed is as before."),
            t("Take back this import"),
            self,
        ):
            self._busy = True
            self._enable()
            revert(self.ctx, row.batch_id, self, self._taken, self._refused)

    def _taken(self) -> None:
        self._busy = False
        self._read()

    def _refused(self, error: BaseException) -> None:
        self._busy = False
        self._enable()
        self.ctx.tasks.failure.emit(error)

    def may_leave(self) -> bool:
        return not self._busy


def _told(t: Translator, row: PastImport) -> tuple[object, ...]:
    moment = clock.local(row.happened_at)
    parts = [
        t("%(what)s: %(created)s new, %(updated)s changed", what=t(TITLES[kind]), created=new, updated=changed)
        for kind, (new, changed, _refused) in row.counts.items()
        if (new or changed) and kind in TITLES
    ]
    state = Pill(t("Taken back"), "neutral") if row.taken_back else Pill("", "plain")
    return f"{t.date(moment.date())} {moment:%H:%M}", row.source, t("; ").join(parts), state


def revert(
    ctx: Context, batch: uuid.UUID, owner: Screen, done: Callable[[], object], failed: Callable[[BaseException], object]
) -> None:
    """Take an import back in the worker, then tell the window what changed."""
    from desktop_crm.services import import_undo
    from desktop_crm.store.journal import Changed

    assert ctx.path is not None

    def taken(_removed: dict[str, int]) -> None:
        ctx.tasks.data_changed.emit(Changed(batch, "import_undo.revert", ENTITIES))
        ctx.toast(ctx.t("The import was taken back; the shop is as before."))  # also what it only changed
        done()

    step = partial(
        ctx.tasks.heavy, import_undo.revert_on, ctx.path, batch, done=taken, failed=failed, owner=owner,
        title=ctx.t("Taking back the import"),
    )  # fmt: skip
    BackupKeeper.of(ctx).before(step)


ENTITIES = {name: frozenset[uuid.UUID]() for name in ("customer", "contact", "product", "customer_order", "import")}
