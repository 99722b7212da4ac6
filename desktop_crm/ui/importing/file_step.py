"""The first step: a file, what it holds, and how it is read, with its first rows as they come."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.ui.context import Context
from desktop_crm.ui.importing.sheet_view import SheetView
from desktop_crm.ui.importing.words import DELIMITERS, ENCODINGS, TITLES, example
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.buttons import ButtonRow, FlowLayout, button, make_primary
from desktop_crm.ui.widgets.file_dialogs import ask_file, ask_target
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.labels import Card, Label, Note

if TYPE_CHECKING:
    from desktop_crm.services.import_start import Examined

SHOWN = 12  # rows
HEAD_LINES = 15
SAVED = "saved"


class FileStep(QWidget):
    """``chosen(path)``; ``changed``: encoding, sheet, heading row or kind is another one."""

    chosen = Signal(object)
    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._path: Path | None = None
        self._sheet = ""
        self._filling = False
        t, px = ctx.t, ctx.theme.px
        card = Card(ctx.theme, t("Which file?"))
        self.name = Label(t("CSV or Excel (.xlsx). Choose it, or drop it onto this window."), "muted", wrap=True)
        self.pick = button(t("Choose a file ..."), self.ask, theme=ctx.theme, picture="folder-open")
        make_primary(self.pick, ctx.theme, "folder-open", on=True)
        self.example = button(t("Save an empty example ..."), self.save_example, theme=ctx.theme, picture="download")
        card.body.addWidget(self.name)
        card.body.addWidget(ButtonRow(ctx.theme, [self.pick, self.example]))
        self.kind = combo([(key, t(TITLES[key])) for key in ("customers", "products", "orders")])
        self.encoding = combo(list(ENCODINGS))
        self.delimiter = combo([(sign, t(text)) for sign, text in DELIMITERS])
        self.sheet = combo([])
        self.header = combo([(0, t("No headings")), *((n, str(n)) for n in range(1, HEAD_LINES + 1))])
        self._rows: dict[QComboBox, QWidget] = {}
        fields = QWidget()
        flow = FlowLayout(fields, px(18), px(8))
        flow.setContentsMargins(0, 0, 0, 0)
        for box, title in (
            (self.kind, t("List of")),
            (self.encoding, t("Encoding")),
            (self.delimiter, t("Parted by")),
            (self.sheet, t("Sheet")),
            (self.header, t("Headings in row")),
        ):
            flow.addWidget(self._labelled(box, title))
        card.body.addWidget(fields)
        self.note = Note(ctx.theme, "warning")
        self.note.hide()
        card.body.addWidget(self.note)
        self.raw = SheetView(ctx, t("First rows of the file"))
        below = Card(ctx.theme, t("As the file says it"))
        below.body.addWidget(self.raw, 1)
        self._below = below
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(14))
        column.setSpacing(px(12))
        column.addWidget(card)
        column.addWidget(below, 1)
        column.addStretch(0)
        for box in (self.encoding, self.delimiter, self.sheet, self.header):
            self._rows[box].hide()
        below.hide()
        column.addStretch(1)
        self._stretch = column

    def _labelled(self, box: QComboBox, title: str) -> QWidget:
        place = QWidget()
        row = QHBoxLayout(place)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(self._ctx.theme.px(8))
        row.addWidget(Label(title, "soft"))
        row.addWidget(box)
        box.setAccessibleName(title)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToContents)
        box.currentIndexChanged.connect(self._told)
        self._rows[box] = place
        return place

    def ask(self) -> None:
        """Choose a file."""
        t = self._ctx.t
        files = t("Lists (*.csv *.txt *.tsv *.xlsx *.xlsm);;All files (*)")
        file = ask_file(self, t("Choose a file"), files, self._ctx.state.text("import/folder"))
        if file is not None:
            self._ctx.state.put("import/folder", str(file.parent))
            self.chosen.emit(file)

    def save_example(self) -> None:
        """Write an example of the kind chosen."""
        from desktop_crm.services import import_start

        t = self._ctx.t
        kind = self.kind_chosen() if self.kind_chosen() != SAVED else "customers"
        folder, name = self._ctx.state.text("import/folder"), f"{t(TITLES[kind])}.csv"
        target = ask_target(self, t("Save an empty example"), name, "CSV (*.csv)", folder)
        if target is not None:
            self._ctx.tasks.background(
                import_start.save_example,
                target,
                example(t, kind),
                done=lambda _none: self._ctx.toast(t("Saved as %(file)s.", file=str(target))),
                owner=self,
            )

    # -- what was chosen -------------------------------------------------------------------------

    def kind_chosen(self) -> str:
        """The kind of list, SAVED for a mapping that is there already."""
        return str(self.kind.currentData())

    def show_kind(self, kind: str) -> None:
        """Choose a kind without telling."""
        self._set(self.kind, kind)

    def show_file(self, examined: Examined, kind: str) -> None:
        """Show how a file was read."""
        t, look = self._ctx.t, examined.look
        self._path, self._sheet = look.choice.path, look.choice.sheet
        self._filling = True
        self.name.setText(str(look.choice.path))
        self.sheet.clear()
        for sheet in look.sheets:
            name = t("%(sheet)s (hidden)", sheet=sheet.name) if sheet.hidden else sheet.name
            self.sheet.addItem(name, sheet.name)
        while self.kind.count() > 3:
            self.kind.removeItem(3)
        if examined.saved is not None:
            self.kind.addItem(examined.saved[1], SAVED)
        for box, value in (
            (self.kind, kind),
            (self.encoding, look.choice.encoding),
            (self.delimiter, look.choice.delimiter),
            (self.sheet, look.choice.sheet),
            (self.header, look.choice.header),
        ):
            self._set(box, value)
        self._filling = False
        for box in (self.encoding, self.delimiter):
            self._rows[box].setVisible(not look.is_workbook)
        self._rows[self.sheet].setVisible(look.is_workbook)
        self._rows[self.header].show()
        make_primary(self.pick, self._ctx.theme, "folder-open", on=False)
        self._below.show()
        self._stretch.setStretch(self._stretch.count() - 1, 0)
        self.note.say("", " ".join(t(message, **params) for message, params in look.remarks))
        self._show_raw(examined)

    def _show_raw(self, examined: Examined) -> None:
        look = examined.look
        columns = [Column("line", " ", 60, "muted"), *(Column(str(n), name) for n, name in enumerate(look.headings))]
        width = len(look.headings)
        rows = []
        for row in look.rows[:SHOWN]:
            cells = [*row.cells[:width], *[""] * (width - len(row.cells))]
            shown: list[object] = [cell.replace("\n", " ")[:200] for cell in cells]
            if row.fault and shown:
                shown[0] = Pill(self._ctx.t(row.fault, **row.params), "bad")
            rows.append((row.line, str(row.line), *shown))
        self.raw.show_table(columns, rows)

    def choice(self, path: Path, *, fresh: bool = False) -> object:
        """How the file is to be read; ``fresh``: nothing is known of it."""
        from desktop_crm.services.import_files import FIND, Choice

        if fresh or path != self._path:
            return Choice(path)
        if self.sheet.count():
            sheet = str(self.sheet.currentData())
            kept = sheet == self._sheet and self.header.currentData() is not None
            return Choice(path, sheet=sheet, header=int(self.header.currentData()) if kept else FIND)
        return Choice(
            path, str(self.encoding.currentData() or ""), str(self.delimiter.currentData() or ""),
            header=FIND if self.header.currentData() is None else int(self.header.currentData()),
        )  # fmt: skip

    def _set(self, box: QComboBox, value: object) -> None:
        before, self._filling = self._filling, True
        found = next((n for n in range(box.count()) if box.itemData(n) == value), -1)
        box.setCurrentIndex(found)
        self._filling = before

    def _told(self) -> None:
        if not self._filling:
            self.changed.emit()
