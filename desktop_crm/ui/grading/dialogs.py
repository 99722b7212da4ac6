"""The criteria of the grading scheme, and the gradings that were applied."""

from __future__ import annotations

from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QDialog, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core.i18n import N_
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import NumberEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Label, line

if TYPE_CHECKING:
    from desktop_crm.services.grading_log import RunRow
    from desktop_crm.services.grading_scheme import SchemeFacts

CRITERIA = {
    "revenue": N_("Revenue"),
    "frequency": N_("Frequency"),
    "recency": N_("Recency"),
    "margin": N_("Gross margin"),
}
LIMITS_BY = {"customers": N_("Share of customers"), "revenue": N_("Share of revenue")}
SHOWN_RUNS = 12


class CriteriaDialog(FormDialog):
    """Weights, period and limits; nothing changes until the new preview is accepted."""

    def __init__(self, ctx: Context, scheme: SchemeFacts, parent: QWidget) -> None:
        t = ctx.t
        about = t("Weights add up to 100. Nobody moves before you accept the new preview.")
        super().__init__(ctx, t("Criteria of the grades"), about, parent)
        self._scheme = scheme
        form = self.form
        for key, text in CRITERIA.items():
            form.add(key, t("Weight: %(criterion)s", criterion=t(text)), NumberEdit(t, key, 4))
        form.add("period_months", t("Months looked at"), NumberEdit(t, "period_months"))
        form.add("limits_by", t("Limits by"), combo([(key, t(text)) for key, text in LIMITS_BY.items()]))
        form.add("limit_a", t("A up to %(sign)s", sign="%"), NumberEdit(t, "limit_a", 4))
        form.add("limit_b", t("B up to %(sign)s", sign="%"), NumberEdit(t, "limit_b", 4))
        form.add("limit_c", t("C up to %(sign)s", sign="%"), NumberEdit(t, "limit_c", 4))
        limits = dict(zip(("limit_a", "limit_b", "limit_c"), scheme.limits, strict=True))
        months = {"period_months": Decimal(scheme.period_months), "limits_by": scheme.limits_by}
        form.set_values({**scheme.weights, **months, **limits})
        self.focus_on("revenue")

    def save(self) -> None:
        """Store the criteria."""
        from desktop_crm.services import grading_scheme

        typed = self.form.values()
        self.ctx.tasks.write(
            grading_scheme.update_scheme,
            self._scheme.id,
            period_months=int(typed["period_months"] or 0),
            limits_by=typed["limits_by"],
            limits=[typed[name] or Decimal(0) for name in ("limit_a", "limit_b", "limit_c")],
            weights={name: typed[name] or Decimal(0) for name in CRITERIA},
            done=lambda outcome: self.saved(self.ctx.t("The criteria were saved."), outcome),
            failed=self.refused,
            owner=self,
        )


class RunsDialog(QDialog):
    """The gradings so far, newest first; the latest one that stands can be taken back."""

    def __init__(self, ctx: Context, runs: list[RunRow], parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        theme, t = ctx.theme, ctx.t
        self.setWindowTitle(t("Gradings so far"))
        self.setMinimumWidth(theme.px(520))
        box = QVBoxLayout(self)
        box.setContentsMargins(theme.px(20), theme.px(18), theme.px(20), theme.px(18))
        box.setSpacing(theme.px(8))
        box.addWidget(Label(t("Gradings so far"), "name"))
        if not runs:
            box.addWidget(Label(t("No grading was applied yet."), "muted"))
        for run in runs[:SHOWN_RUNS]:
            box.addLayout(self._row(run))
            box.addWidget(line())
        foot = QHBoxLayout()
        foot.addStretch(1)
        close = button(t("Close window"), self.accept, primary=True)
        close.setDefault(True)
        close.setFocus()  # not the first "Take back", which Enter would press
        foot.addWidget(close)
        box.addLayout(foot)

    def _row(self, run: RunRow) -> QHBoxLayout:
        t = self._ctx.t
        row = QHBoxLayout()
        row.addWidget(Label(t.date(run.as_of), "bold"))
        said = t("%(moved)s of %(customers)s moved", moved=t.number(run.moved), customers=t.number(run.customers))
        row.addWidget(Label(said, "soft"))
        if run.undone_at is not None:
            row.addWidget(Label(t("taken back"), "muted"))
        row.addStretch(1)
        if run.can_undo:
            row.addWidget(button(t("Take back"), lambda: self._undo(run)))
        return row

    def _undo(self, run: RunRow) -> None:
        from desktop_crm.services import grading

        ctx = self._ctx
        said = ctx.t("The grading of %(day)s was taken back.", day=ctx.t.date(run.as_of))
        step = partial(
            ctx.tasks.write, grading.undo, run.id, done=lambda _outcome: ctx.toast(said), owner=self.parent()
        )
        BackupKeeper.of(ctx).before(step)
        self.accept()
