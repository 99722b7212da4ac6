"""The grading tab of mock-up 2: pictures on top, who would move below, what each grade is offered beside."""

from __future__ import annotations

import uuid
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFileDialog, QGridLayout, QScrollArea, QWidget

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
from desktop_crm.ui.widgets.labels import Card, PillLabel

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.grading import GradingPreview
    from desktop_crm.services.grading_runs import RunRow
    from desktop_crm.services.service_levels import LevelRow

WIDE = 1080  # pixels of the tab at 15 px text from which three pictures stand in a row
MOST_OPENED = 5000  # customers that a click on a picture opens in the list


class GradingData(NamedTuple):
    """Everything the tab shows, read at once."""

    preview: GradingPreview
    levels: list[LevelRow]
    runs: list[RunRow]


def read(session: Session) -> GradingData:
    """For the read lane."""
    from desktop_crm.services import grading, service_levels

    return GradingData(grading.preview(session), service_levels.rows(session), grading.runs(session))


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
        self._skipped = False
        self.scheme = PillLabel()
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
            self._grid.addWidget(card, *spot)
        self._grid.addWidget(self.movers_card, 1 if wide else 2, 0, 1, 2)
        for column in range(3):
            self._grid.setColumnStretch(column, int(wide or column < 2))
        for row in range(3):
            self._grid.setRowStretch(row, int(row == (1 if wide else 2)))

    def first_shown(self) -> None:
        self.reload()

    def reload(self) -> None:
        self.ctx.tasks.read(read, done=self._show, owner=self, slot="grading", title=self.ctx.t("Grading"))

    def grade_again(self) -> None:
        """Work out anew who would move."""
        self._skipped = False
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

    def _show(self, data: GradingData) -> None:
        self._data = data
        t, preview = self.ctx.t, data.preview
        self.scheme.show_pill(Pill(t("Scheme: %(weights)s", weights=preview.scheme.text(t))))
        self.scheme.setVisible(bool(self._wide))
        self.shares.show_shares(preview.present if self._has_standing_run() else preview.shares)
        self.curve.show_curve(preview.pareto, preview.top_shares)
        self.heat.show_cells(preview.heat)
        self.levels.show_rows(data.levels)
        movers = () if self._skipped else preview.movers
        self.movers_card.heading.setText(
            t.plural("%(count)s customer would move", "%(count)s customers would move", len(movers))
        )
        self.movers.show_movers(movers, self._nothing(preview))
        self.ctx.status_changed.emit()

    def _nothing(self, preview: GradingPreview) -> str:
        t = self.ctx.t
        if not preview.customers:
            return t("Grades come from orders. Add customers and orders first, or look at the sample shop.")
        if self._skipped:
            return t("Left as they are. “Grade again” shows the proposal once more.")
        return t("Everybody stands where the figures put them.")

    # -- doing -----------------------------------------------------------------------------------

    def _accept(self, ids: frozenset[uuid.UUID]) -> None:
        from desktop_crm.services import grading

        if self._data is None:
            return
        t = self.ctx.t
        said = t.plural("%(count)s customer moved.", "%(count)s customers moved.", len(ids))
        write = partial(
            self.ctx.tasks.write,
            grading.apply,
            self._data.preview,
            ids,
            done=lambda outcome: self.ctx.toast(said, outcome.changed.batch_id),
            owner=self,
            title=t("Grading"),
        )
        if len(ids) > 1:
            BackupKeeper.of(self.ctx).before(write)
        else:
            write()

    def _skip(self) -> None:
        self._skipped = True
        if self._data is not None:
            self._show(self._data)

    def edit_criteria(self) -> None:
        """Weights, period, limits."""
        if self._data is not None:
            CriteriaDialog(self.ctx, self._data.preview.scheme, self).open()

    def show_runs(self) -> None:
        """The gradings so far, with the way back."""
        RunsDialog(self.ctx, self._data.runs if self._data else [], self).open()

    def export_workbook(self) -> None:
        """Ask where, then write the segment workbook in the worker."""
        t, ctx = self.ctx.t, self.ctx
        name = t("Segment report %(day)s", day=clock.today().isoformat())
        chosen, _filter = QFileDialog.getSaveFileName(
            self, t("Segment report as workbook"), str(Path.home() / f"{name}.xlsx"), "Excel (*.xlsx)"
        )
        if chosen and ctx.path is not None:
            ctx.tasks.heavy(
                write_workbook,
                ctx.path,
                Path(chosen),
                t.lang,
                done=lambda file: ctx.toast(t("Saved as %(file)s.", file=str(file))),
                owner=self,
                title=t("Writing the workbook"),
            )

    def _has_standing_run(self) -> bool:
        return self._data is not None and any(run.undone_at is None for run in self._data.runs)

    def _open_cell(self, recency: int, frequency: int) -> None:
        if self._data is not None:
            self._open(self._data.preview.customers_in_cell(recency, frequency))

    def _open_grade(self, grade: str) -> None:
        if self._data is not None:
            self._open(self._data.preview.customers_of_grade(grade, proposed=not self._has_standing_run()))

    def _open(self, ids: list[uuid.UUID]) -> None:
        if ids:
            self.ctx.open_record("customers", tuple(ids[:MOST_OPENED]))
