"""The grading tab of mock-up 2: pictures on top, who would move below, what each grade is offered beside."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from PySide6.QtCore import QTimer
from PySide6.QtGui import QResizeEvent, QShowEvent
from PySide6.QtWidgets import QGridLayout, QScrollArea, QWidget

from desktop_crm.core.dates import clock
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.grading.charts import HeatMap, ParetoChart, SharesChart
from desktop_crm.ui.grading.dialogs import CriteriaDialog, RunsDialog
from desktop_crm.ui.grading.levels import LevelsTable
from desktop_crm.ui.grading.movers import MoversList
from desktop_crm.ui.page import Page
from desktop_crm.ui.table_model import Pill
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.file_dialogs import ask_target
from desktop_crm.ui.widgets.labels import Card, ElidedPill, Label

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.grading import GradingPreview
    from desktop_crm.services.grading_log import RunRow
    from desktop_crm.services.grading_pictures import Pictures, Standing
    from desktop_crm.services.grading_scheme import SchemeFacts
    from desktop_crm.services.service_levels import LevelRow
    from desktop_crm.ui.lanes import Request

WIDE = 1080  # pixels of the tab at 15 px text from which three pictures stand in a row
MOST_OPENED = 5000  # customers that a click on a picture opens in the list


class GradingData(NamedTuple):
    """What is known at once: the latest grading that stands with its pictures, and the tables beside it."""

    standing: Standing | None
    scheme: SchemeFacts
    levels: list[LevelRow]
    runs: list[RunRow]


def read(session: Session) -> GradingData:
    """For the read lane."""
    from desktop_crm.services import grading_log, grading_pictures, grading_scheme, service_levels

    scheme = grading_scheme.load(session)
    return GradingData(
        grading_pictures.standing(session), scheme, service_levels.rows(session), grading_log.runs(session)
    )


def write_workbook(shop: Path, target: Path, lang: str) -> Path:
    """For the worker: the segment workbook of a shop, whole or not at all."""
    from desktop_crm.core.i18n import translator
    from desktop_crm.reports import segment_workbook
    from desktop_crm.services import segment_figures, shops

    opened = shops.open_shop(shop, writable=False)
    try:
        with opened.database.read() as session:
            data = segment_figures.load(session)
    finally:
        opened.close()
    part = target.with_suffix(".part")
    part.write_bytes(segment_workbook.build(data, translator(lang)))
    part.replace(target)
    return target


class GradingPage(Page):
    """Preview, accept, undo."""

    entities = ("grading_run", "grading_scheme", "grading_criterion", "customer", "customer_order")

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        super().__init__(ctx, t("Customer grades"))
        self._data: GradingData | None = None
        self._preview: GradingPreview | None = None  # of today, worked out by the worker
        self._request: Request | None = None
        self._working = False
        self._stale = False  # the shop has changed since the preview, or since it was begun
        self._skipped = False
        self._tell = False  # somebody asked for the preview and waits
        self.scheme = ElidedPill()
        tool = self.home.tool
        tool.add_left(self.scheme)
        tool.add(button(t("Gradings so far"), self.show_runs))
        tool.add(button(t("Criteria ..."), self.edit_criteria))
        tool.add(button(t("Excel report"), self.export_workbook))
        tool.add(button(t("Grade again"), self.grade_again, primary=True))
        self.shares, self.curve, self.heat = SharesChart(theme, t), ParetoChart(theme, t), HeatMap(theme, t)
        self.movers = MoversList(ctx)
        self.levels = LevelsTable(ctx)
        self.movers_card = Card(theme, t("Who would move"))
        self.dated = Label("", "muted", wrap=True)
        ctx.tasks.finished.connect(self._finished)
        self._lay_out()
        self.shares.chosen.connect(self._open_grade)
        self.heat.chosen.connect(self._open_cell)
        self.movers.accepted.connect(self._accept)
        self.movers.skipped.connect(self._skip)
        self.movers.opened.connect(lambda record: ctx.open_record("customer", record))

    def _lay_out(self) -> None:
        t, theme = self.ctx.t, self.ctx.theme
        inner = QWidget()
        inner.setProperty("look", "page")
        self._grid = QGridLayout(inner)
        self._grid.setContentsMargins(theme.px(18), theme.px(16), theme.px(18), theme.px(16))
        self._grid.setSpacing(theme.px(14))
        self.movers_card.body.addWidget(self.movers, 1)
        self.movers_card.setMinimumHeight(theme.px(330))
        self._small = [
            self._card(t("Customers and revenue per grade"), self.shares),
            self._card(t("80/20 curve"), self.curve),
            self._card(t("Recency × frequency (click a cell)"), self.heat),
            self._card(t("Service per grade (proposals; agreements win)"), self.levels),
        ]
        self._wide: bool | None = None
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inner)
        self.home.body.addWidget(area)
        self._place()

    def _card(self, heading: str, inside: QWidget) -> Card:
        card = Card(self.ctx.theme, heading)
        card.body.addWidget(inside)
        card.body.addStretch(1)
        return card

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    def _place(self) -> None:
        """Three pictures in a row as drawn, or two where the window is narrow."""
        wide = self.width() >= self.ctx.theme.px(WIDE)
        if wide == self._wide:
            return
        self._wide = wide
        self.scheme.setVisible(wide and self._data is not None)
        spots = ((0, 0), (0, 1), (0, 2), (1, 2)) if wide else ((0, 0), (0, 1), (1, 0), (1, 1))
        for card, spot in zip(self._small, spots, strict=True):
            self._grid.addWidget(card, spot[0] + 1, spot[1])
        self._grid.addWidget(self.dated, 0, 0, 1, 3)
        self._grid.addWidget(self.movers_card, 2 if wide else 3, 0, 1, 2)
        for column in range(3):
            self._grid.setColumnStretch(column, int(wide or column < 2))
        for row in range(4):
            self._grid.setRowStretch(row, int(row == (2 if wide else 3)))

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        """Show what is stored at once; who would move is worked out beside it."""
        self._stale = True
        self._work_out()
        self.ctx.tasks.read(read, done=self._show, owner=self, slot="grading")

    def _data_changed(self, changed: Any) -> None:
        """While another tab is shown, later."""
        if "grading_run" in changed.entities:
            self._preview = None  # it proposes what was accepted or taken back
        if set(changed.entities) & set(self.entities):
            self._stale = True
            if self.isVisible() and self._data is not None:
                self.reload()

    def showEvent(self, event: QShowEvent) -> None:
        super().showEvent(event)
        if self._stale and self._data is not None:
            self.reload()

    def grade_again(self) -> None:
        """Work out anew who would move, and say what came of it."""
        self._skipped, self._tell = False, True
        self.reload()

    def status_text(self) -> str:
        t = self.ctx.t
        last = next((run for run in self._data.runs if run.undone_at is None), None) if self._data else None
        if last is None:
            return t("No grading was applied yet.")
        return t(
            "Last grading %(day)s · %(customers)s customers · can be taken back",
            day=t.date(last.as_of),
            customers=t.number(last.customers),
        )

    # -- the preview -----------------------------------------------------------------------------

    def _work_out(self) -> None:
        """Ask the worker, once at a time."""
        from desktop_crm.services import grading_previews

        if self._working or self.ctx.path is None:
            return
        self._stale, self._working = False, True
        request = self.ctx.tasks.heavy(
            grading_previews.of_file,
            self.ctx.path,
            done=self._show_preview,
            failed=self._refused,
            owner=self,
            title=self.ctx.t("Grading"),
        )
        if self._working:
            self._request = request

    def _show_preview(self, preview: GradingPreview) -> None:
        self._working, self._request = False, None
        self._preview = preview
        self._show_all()
        if self._tell:
            self._tell = False
            self.ctx.toast(self.movers_card.heading.text())
        if self._stale and self.isVisible():
            self._work_out()

    def _refused(self, error: BaseException) -> None:
        self._working, self._request = False, None
        self._show_all()
        self.ctx.tasks.failure.emit(error)

    def _finished(self, request: Request) -> None:
        if request is self._request:
            QTimer.singleShot(0, self, partial(self._ended, request))

    def _ended(self, request: Request) -> None:
        """Somebody has cancelled it: nobody else says that it is over."""
        if request is self._request:
            self._working, self._request = False, None
            self._show_all()

    # -- showing ---------------------------------------------------------------------------------

    def _show(self, data: GradingData) -> None:
        self._data = data
        self.scheme.show_pill(Pill(self.ctx.t("Scheme: %(weights)s", weights=data.scheme.text(self.ctx.t))))
        self.scheme.setVisible(bool(self._wide))
        self.levels.show_rows(data.levels)
        self._show_all()
        self.ctx.status_changed.emit()

    def _show_all(self) -> None:
        """The pictures of today where they are known, else those of the last grading, which say so."""
        if self._data is None:
            return
        pictures = self._pictures()
        if pictures is not None:
            self.shares.show_shares(pictures.shares)
            self.curve.show_curve(pictures.pareto, pictures.top_shares)
            self.heat.show_cells(pictures.heat)
        self.dated.setText(self._date(self._data))
        self._show_movers()

    def _pictures(self) -> Pictures | None:
        if self._preview is not None:
            return self._preview.pictures
        standing = self._data.standing if self._data else None
        return standing.pictures if standing else None

    def _date(self, data: GradingData) -> str:
        """Of which day the pictures are."""
        t = self.ctx.t
        if self._preview is not None:
            said = t("Figures of today, %(day)s", day=t.date(self._preview.as_of))
        elif data.standing is not None and data.standing.pictures is not None:
            said = t("Figures of the grading of %(day)s", day=t.date(data.standing.as_of))
        else:
            said = ""
        doing = t("Today's figures are being worked out ...") if self._working else ""
        return " · ".join(text for text in (said, doing) if text)

    def _show_movers(self) -> None:
        t, preview = self.ctx.t, self._preview
        heading = t("Who would move")
        if preview is not None:
            count = 0 if self._skipped else len(preview.movers)
            heading = t.plural("%(count)s customer would move", "%(count)s customers would move", count)
        self.movers_card.heading.setText(heading)
        movers = preview.movers if preview is not None and not self._skipped else ()
        if not movers or movers is not self.movers.source.movers:  # or what was unticked would be ticked again
            self.movers.show_movers(movers, self._nothing())

    def _nothing(self) -> str:
        t = self.ctx.t
        if self._preview is None:
            if self._working:
                return t("Working out who would move ...")
            return t("It was not worked out who would move. “Grade again” tries once more.")
        if not self._preview.customers:
            return t("Grades come from orders. Add customers and orders first, or look at the sample shop.")
        if self._skipped:
            return t("Left as they are. “Grade again” shows the proposal once more.")
        return t("Everybody stands where the figures put them.")

    # -- doing -----------------------------------------------------------------------------------

    def _accept(self, left_out: frozenset[uuid.UUID]) -> None:
        from desktop_crm.services import grading

        preview = self._preview
        if preview is None:
            return
        t, count = self.ctx.t, len(preview.movers) - len(left_out)
        said = t.plural("%(count)s customer moved.", "%(count)s customers moved.", count)
        write = partial(
            self.ctx.tasks.write,
            grading.apply,
            preview,
            left_out=left_out,
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
            title=t("Grading"),
        )
        if count > 1:
            BackupKeeper.of(self.ctx).before(write)
        else:
            write()

    def _skip(self) -> None:
        self._skipped = True
        self._show_movers()

    def edit_criteria(self) -> None:
        """Weights, period, limits."""
        if self._data is not None:
            CriteriaDialog(self.ctx, self._data.scheme, self).open()

    def show_runs(self) -> None:
        """The gradings so far, with the way back."""
        RunsDialog(self.ctx, self._data.runs if self._data else [], self).open()

    def export_workbook(self) -> None:
        """Ask where, then write the segment workbook in the worker."""
        t, ctx = self.ctx.t, self.ctx
        name = t("Segment report %(day)s", day=clock.today().isoformat())
        chosen = ask_target(self, t("Segment report as workbook"), f"{name}.xlsx", "Excel (*.xlsx)")
        if chosen is not None and ctx.path is not None:
            ctx.tasks.heavy(
                write_workbook,
                ctx.path,
                chosen,
                t.lang,
                done=lambda file: ctx.toast(t("Saved as %(file)s.", file=str(file))),
                owner=self,
                title=t("Writing the workbook"),
            )

    def _open_cell(self, recency: int, frequency: int) -> None:
        if self._preview is not None:
            self._open(self._preview.customers_in_cell(recency, frequency))
        elif self._data is not None and self._data.standing is not None:
            run = self._data.standing.run_id
            self.ctx.tasks.read(_in_cell, run, recency, frequency, done=self._open, owner=self, slot="open")

    def _open_grade(self, grade: str) -> None:
        if self._preview is not None:
            self._open(self._preview.customers_of_grade(grade, proposed=self._preview.last_run_id is None))
        else:
            self.ctx.tasks.read(_of_grade, grade, done=self._open, owner=self, slot="open")

    def _open(self, ids: list[uuid.UUID]) -> None:
        if ids:
            self.ctx.open_record("customers", tuple(ids[:MOST_OPENED]))


def _in_cell(session: Session, run: uuid.UUID, recency: int, frequency: int) -> list[uuid.UUID]:
    from desktop_crm.services import grading_pictures

    return grading_pictures.customers_in_cell(session, run, recency, frequency)


def _of_grade(session: Session, grade: str) -> list[uuid.UUID]:
    from desktop_crm.services import grading_pictures

    return grading_pictures.customers_of_grade(session, grade)
