"""The third step: what would happen, row by row where something is wrong; then what was done."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QProgressBar, QVBoxLayout, QWidget

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.importing.sheet_view import SheetView
from desktop_crm.ui.importing.words import ADVICE, DATES, EXISTING, ISSUES, TAX_MODES, TITLES
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, Chip, ChipsBar, EvenLayout, FlowLayout, button
from desktop_crm.ui.widgets.file_dialogs import ask_target
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.labels import Card, Kpi, Label, Note

if TYPE_CHECKING:
    from desktop_crm.services.import_report import Counts, ImportReport, Issue

MOST_SHOWN = 1000


class CheckStep(QWidget):
    """``changed``: an option is another one, try again; ``cancelled``, ``taken_back``, ``save_wanted(path)``."""

    changed = Signal()
    cancelled = Signal()
    taken_back = Signal()
    save_wanted = Signal(object)

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._report: ImportReport | None = None
        self._filling = False
        self._has_options = True
        t, px = ctx.t, ctx.theme.px
        self._options_card = Card(ctx.theme, t("How?"))
        self._options_card.body.addWidget(self._build_options())
        self.note = Note(ctx.theme)
        self.note.hide()
        self._figures = Card(ctx.theme)
        self._build_figures()
        self._rows = Card(ctx.theme)
        self.chips = ChipsBar(ctx.theme, [Chip(kind, t(title)) for kind, title in ISSUES.items()])
        self.chips.chosen.connect(self._show_issues)
        self.table = SheetView(ctx, t("Rows with something to say"))
        self.save = button(t("Save the refused rows ..."), self._ask_target, theme=ctx.theme, picture="download")
        head = QHBoxLayout()
        head.addWidget(self.chips, 1)
        head.addWidget(self.save)
        self._rows.body.addLayout(head)
        self._rows.body.addWidget(self.table, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(14))
        column.setSpacing(px(12))
        for widget, stretch in ((self.note, 0), (self._options_card, 0), (self._figures, 0), (self._rows, 1)):
            column.addWidget(widget, stretch)
        column.addStretch(0)

    def _build_options(self) -> QWidget:
        t, px = self._ctx.t, self._ctx.theme.px
        place = QWidget()
        flow = FlowLayout(place, px(18), px(8))
        flow.setContentsMargins(0, 0, 0, 0)
        self.existing = combo([(key, t(text)) for key, text in EXISTING])
        self.dates = combo([(key, t(text)) for key, text in DATES])
        self.tax_mode = combo([(key, t(text)) for key, text in TAX_MODES])
        self.settled = QCheckBox(t("Count as delivered and paid"))
        self.settled.setChecked(True)
        self.add_customers = QCheckBox(t("Add customers that are missing"))
        self.add_customers.setChecked(True)
        self._of_orders: list[QWidget] = [self.settled, self.add_customers]
        self._of_dates: list[QWidget] = []
        for box, title in ((self.existing, t("Known records")), (self.dates, t("Dates")), (self.tax_mode, t("Prices"))):
            pair = QWidget()
            row = QHBoxLayout(pair)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(px(8))
            row.addWidget(Label(title, "soft"))
            row.addWidget(box)
            box.setAccessibleName(title)
            box.currentIndexChanged.connect(self._told)
            flow.addWidget(pair)
            if box is not self.existing:
                self._of_orders.append(pair)
        for check in (self.settled, self.add_customers):
            check.toggled.connect(self._told)
            flow.addWidget(check)
        return place

    def _build_figures(self) -> None:
        t, theme = self._ctx.t, self._ctx.theme
        self.result = Label("", "medium", wrap=True)
        row = EvenLayout(None, theme.px(10))
        self.kpis = {
            "created": Kpi(theme, t("New")),
            "updated": Kpi(theme, t("Changed")),
            "unchanged": Kpi(theme, t("There already")),
            "refused": Kpi(theme, t("Refused")),
        }
        for kpi in self.kpis.values():
            row.addWidget(kpi)
        self.bar = QProgressBar(textVisible=False)
        self.bar.setAccessibleName(t("Progress"))
        self.cancel = button(t("Cancel"), self.cancelled.emit)
        self.back = button(t("Take back this import"), self.taken_back.emit, theme=theme, picture="undo-2")
        working = QHBoxLayout()
        working.addWidget(self.bar, 1)
        working.addWidget(self.cancel)
        self._figures.body.addWidget(self.result)
        self._figures.body.addLayout(row)
        self._figures.body.addLayout(working)
        self._figures.body.addWidget(ButtonRow(theme, [self.back]))
        for widget in (self.bar, self.cancel, self.back):
            widget.hide()

    # -- options ---------------------------------------------------------------------------------

    def options(self) -> dict[str, Any]:
        """What is to happen, by the names of a ``Job``."""
        return {
            "existing": self.existing.currentData(),
            "dates": self.dates.currentData(),
            "tax_mode": self.tax_mode.currentData(),
            "settled": self.settled.isChecked(),
            "add_customers": self.add_customers.isChecked(),
        }

    def set_options(self, options: dict[str, Any]) -> None:
        """Take over the options of last time."""
        self._filling = True
        for name in ("existing", "dates", "tax_mode"):
            box = getattr(self, name)
            box.setCurrentIndex(max(next((n for n in range(box.count()) if box.itemData(n) == options[name]), 0), 0))
        self.settled.setChecked(bool(options["settled"]))
        self.add_customers.setChecked(bool(options["add_customers"]))
        self._filling = False

    def show_kind(self, kind: str) -> None:
        """Show the options of a kind; "" for a saved mapping, which has none."""
        self._has_options = bool(kind)
        self._options_card.setVisible(self._has_options)
        for widget in self._of_orders:
            widget.setVisible(kind == "orders")

    # -- results ---------------------------------------------------------------------------------

    def show_working(self, text: str, *, cancel: bool) -> None:
        """Say that something runs."""
        self.result.setText(text)
        self.bar.setRange(0, 0)
        self.bar.show()
        self.cancel.setVisible(cancel)
        self.back.hide()
        self.save.setEnabled(False)
        self._options_card.setEnabled(False)

    def show_progress(self, done: int, total: int) -> None:
        """How far it is."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)

    def show_stopped(self, text: str) -> None:
        """Say that nothing runs any more."""
        self.bar.hide()
        self.cancel.hide()
        self._options_card.setEnabled(True)
        self.result.setText(text)

    def show_report(self, report: ImportReport) -> None:
        """Show what would happen, or what was done."""
        t = self._ctx.t
        self._report = report
        shown = {name: count for name, count in report.counts.items() if _touched(count)}
        for name, kpi in self.kpis.items():
            main = [count for kind, count in shown.items() if kind != "lines" or len(shown) == 1]
            figure = sum(getattr(count, name) for count in main)
            kpi.set_figure(t.number(figure), bad=name == "refused" and figure > 0)
        self.show_stopped(self._told_report(report, shown))
        changed = any(count.created or count.updated for count in shown.values())
        self.back.setVisible(changed and report.batch_id is not None)
        self.save.setEnabled(bool(report.of_kind("refused")) and not report.mapping)
        self._options_card.setVisible(report.dry_run and self._has_options)
        lines = {kind: {n for one in report.of_kind(kind) for n in (one.line, *one.rows)} for kind in ISSUES}
        self.chips.show_counts({kind: t.number(len(found)) for kind, found in lines.items()})
        first = next((kind for kind in ISSUES if report.of_kind(kind)), "refused")
        self.chips.choose(first)
        self._show_issues(first)
        self._rows.setVisible(bool(report.issues))

    def _told_report(self, report: ImportReport, shown: dict[str, Counts]) -> str:
        t = self._ctx.t
        parts = [
            t(
                "%(what)s: %(created)s new, %(updated)s changed, %(unchanged)s there already, %(refused)s refused.",
                what=t(TITLES[kind]), created=t.number(count.created), updated=t.number(count.updated),
                unchanged=t.number(count.unchanged), refused=t.number(count.refused),
            )
            for kind, count in shown.items()
        ]  # fmt: skip
        lead = t("Nothing is written yet; this would happen:") if report.dry_run else t("Done:")
        return "\n".join([lead, *parts])

    def _show_issues(self, kind: str) -> None:
        t = self._ctx.t
        issues = self._report.of_kind(kind) if self._report is not None else []
        columns = (
            Column("line", t("Row"), 90),
            Column("why", t("Why"), 460, "bold" if kind == "refused" else "text"),
            Column("advice", t("What to do"), 460, "muted"),
        )
        rows = [
            (n, _place(t, issue), t(issue.message, **issue.params), t(ADVICE.get(issue.message, "")))
            for n, issue in enumerate(sorted(issues, key=lambda issue: issue.line)[:MOST_SHOWN])
        ]
        self.table.show_table(columns, rows)

    def reasons(self) -> dict[int, str]:
        """Why each refused line was refused."""
        t = self._ctx.t
        found: dict[int, str] = {}
        for issue in self._report.of_kind("refused") if self._report is not None else []:
            text = f"{t(issue.message, **issue.params)} {t(ADVICE.get(issue.message, ''))}".strip()
            for line in dict.fromkeys((issue.line, *issue.rows)):
                found[line] = found.get(line) or text
        found.pop(0, None)
        return found

    def _ask_target(self) -> None:
        t = self._ctx.t
        folder, name = self._ctx.state.text("import/folder"), f"{t('Refused rows')}.xlsx"
        target = ask_target(self, t("Save the refused rows"), name, "Excel (*.xlsx);;CSV (*.csv)", folder)
        if target is not None:
            self.save_wanted.emit(target)

    def _told(self) -> None:
        if not self._filling:
            self.changed.emit()


def _touched(count: Counts) -> bool:
    return bool(count.created or count.updated or count.unchanged or count.refused)


def _place(t: Translator, issue: Issue) -> str | Pill:
    rows = sorted({issue.line, *issue.rows} - {0})
    text = t(", ").join(str(row) for row in rows[:3]) + (" ..." if len(rows) > 3 else "")
    return text or "—"
