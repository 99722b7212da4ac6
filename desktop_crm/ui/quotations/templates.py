"""Packages of lines: kept under a name, and put into the draft again."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QComboBox, QWidget

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_
from desktop_crm.services.document_lines import DraftLine
from desktop_crm.services.quotation_prices import PricedFor
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.form_dialog import FormDialog
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.quote_templates import TemplateRow
    from desktop_crm.store.database import Outcome


class KeepDialog(FormDialog):
    """Keeps all lines of a draft, or one section of it, under a name."""

    def __init__(self, ctx: Context, lines: Sequence[DraftLine], priced: PricedFor, parent: QWidget) -> None:
        t = ctx.t
        about = t("Inserted later, products take the prices of that day and of that customer.")
        super().__init__(ctx, t("Keep lines as a template"), about, parent, columns=1)
        self._lines, self._priced = list(lines), priced
        self.form.add("name", t("Name"), TextEdit(), required=True)
        starts = [place for place, line in enumerate(lines) if line.kind == "section"]
        sections = [((start, end), lines[start].name) for start, end in pairwise([*starts, len(lines)])]
        self.which = combo([((0, len(lines)), t("All lines")), *sections])
        self.form.add("lines", t("Lines"), self.which)
        self.form.rows["lines"].setVisible(bool(sections))
        self.which.activated.connect(self._take_name)
        self.focus_on("name")

    def _take_name(self) -> None:
        start, end = self.which.currentData()
        name = self.form.rows["name"].control
        if end - start < len(self._lines) and isinstance(name, TextEdit) and not name.text():
            name.setText(self._lines[start].name)

    def save(self) -> None:
        """Keep the lines chosen."""
        from desktop_crm.services import quote_templates

        name = self.form.values()["name"]
        start, end = self.which.currentData()
        said = self.ctx.t("Kept as template “%(name)s”.", name=name)
        self.ctx.tasks.write(
            quote_templates.save,
            name,
            self._lines[start:end],
            self._priced,
            done=lambda outcome: self.saved(said, outcome),
            failed=self.refused,
            owner=self,
        )


class InsertDialog(FormDialog):
    """Chooses a template; ``taken(lines)`` gets its lines, priced for the draft."""

    def __init__(self, ctx: Context, rows: Sequence[TemplateRow], priced: PricedFor, parent: QWidget) -> None:
        t = ctx.t
        super().__init__(ctx, t("Insert a template"), "", parent, columns=1)
        self.taken: Callable[[list[DraftLine]], object] = lambda _lines: None
        self._rows, self._priced = {row.key: row for row in rows}, priced
        self.which = QComboBox()
        for row in rows:
            count = t.plural("%(count)s line", "%(count)s lines", row.lines)
            self.which.addItem(f"{row.name} · {count}", row.key)
        self.form.add("template", t("Template"), self.which)
        self.first = Label("", "muted", wrap=True)
        box = self.form.rows["template"].layout()
        if box is not None:
            box.addWidget(self.first)
        self.remove = button(t("Delete this template"), self._remove)
        self.buttons.insertWidget(0, self.remove)
        self._save.setText(t("Insert"))
        self._save.setAccessibleName(t("Insert"))
        self.which.currentIndexChanged.connect(lambda _place: self._show())
        self._show()
        self.focus_on("template")

    def save(self) -> None:
        """Read the lines chosen and hand them over; Ctrl+Z in the grid takes them out again."""
        from desktop_crm.services import quote_templates

        key = self.which.currentData()
        if key is None:
            raise UserError(N_("There is no template yet."), field="template")

        def take(lines: list[DraftLine]) -> None:
            self.accept()
            self.taken(lines)

        read = self.ctx.tasks.read
        read(quote_templates.lines, key, self._priced, done=take, failed=self.refused, owner=self)

    def _show(self) -> None:
        row = self._rows.get(self.which.currentData())
        names = [name for name in row.first if name] if row is not None else []
        more = "…" if row is not None and row.lines > len(row.first) else ""
        self.first.setText(" · ".join(names) + more)
        self._save.setEnabled(row is not None)
        self.remove.setEnabled(row is not None)

    def _remove(self) -> None:
        from desktop_crm.services import quote_templates

        row = self._rows[self.which.currentData()]

        def done(outcome: Outcome[None]) -> None:
            said = self.ctx.t("The template “%(name)s” is deleted.", name=row.name)
            self.which.removeItem(self.which.findData(row.key))
            self.ctx.toast(said, outcome.changed.batch_id)

        self.ctx.tasks.write(quote_templates.delete, row.key, done=done, failed=self.refused, owner=self)
