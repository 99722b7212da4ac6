"""The second step: which column is which field, and at once what the first rows would become."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal, InvalidOperation
from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtCore import QEvent, QObject, Qt, Signal
from PySide6.QtWidgets import QComboBox, QFrame, QGridLayout, QScrollArea, QVBoxLayout, QWidget

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.context import Context
from desktop_crm.ui.importing.sheet_view import SheetView
from desktop_crm.ui.table_model import Column, Pill
from desktop_crm.ui.widgets.form import combo
from desktop_crm.ui.widgets.labels import Card, ElidedLabel, Label, Note, PillLabel

if TYPE_CHECKING:
    from desktop_crm.services.import_fields import Field
    from desktop_crm.services.import_files import Look
    from desktop_crm.services.import_table import Shown

EXAMPLES = 3  # cells shown of a column
SURE, LIKELY = 0.75, 0.4


class ColumnsStep(QWidget):
    """``changed``: another field for a column; ``show_preview`` shows what came of it."""

    changed = Signal()

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self._ctx = ctx
        self._kind = ""
        self.boxes: dict[int, QComboBox] = {}
        self._pills: dict[int, PillLabel] = {}
        self._filling = False
        t, px = ctx.t, ctx.theme.px
        self.note = Note(ctx.theme, "warning")
        mapping = Card(ctx.theme, t("Which column is what?"))
        self._area = QScrollArea()
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setMinimumHeight(px(150))
        mapping.body.addWidget(self._area, 1)
        becomes = Card(ctx.theme, t("What the first rows become"))
        self.preview = SheetView(ctx, t("What the first rows become"))
        becomes.body.addWidget(self.preview, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(px(18), px(14), px(18), px(14))
        column.setSpacing(px(12))
        column.addWidget(self.note)
        column.addWidget(mapping, 1)
        column.addWidget(becomes, 1)

    def show_columns(self, kind: str, look: Look, fields: Mapping[int, tuple[str, float]], known: bool) -> None:
        """Offer the fields of a kind for every column; ``known``: they are those of last time."""
        from desktop_crm.services.import_fields import FIELDS

        t, theme = self._ctx.t, self._ctx.theme
        self._kind = kind
        self.boxes, self._pills = {}, {}
        inner = QWidget()
        inner.setProperty("look", "clear")
        grid = QGridLayout(inner)
        grid.setContentsMargins(0, 0, theme.px(8), 0)
        grid.setHorizontalSpacing(theme.px(14))
        grid.setVerticalSpacing(theme.px(6))
        for place, title in enumerate((t("Column of the file"), t("Examples"), t("Becomes"))):
            grid.addWidget(Label(title, "small"), 0, place)
        sound = [row.cells for row in look.rows if not row.fault]
        offered = [("", t("Leave out")), *((field.name, t(field.title)) for field in FIELDS[kind])]
        for number, heading in enumerate(look.headings):
            cells = dict.fromkeys(row[number].strip() for row in sound[:40] if number < len(row))
            box = combo(list(offered))
            box.setAccessibleName(t("Becomes: %(column)s", column=heading))
            box.setMinimumWidth(theme.px(190))
            box.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
            box.installEventFilter(self)
            pill = PillLabel()
            grid.addWidget(ElidedLabel(heading, "bold"), number + 1, 0)
            examples = " · ".join(cell.replace("\n", " ")[:60] for cell in list(cells)[: EXAMPLES + 1] if cell)
            grid.addWidget(ElidedLabel(examples, "muted"), number + 1, 1)
            grid.addWidget(box, number + 1, 2)
            grid.addWidget(pill, number + 1, 3)
            self.boxes[number], self._pills[number] = box, pill
            name, sure = fields.get(number, ("", 0.0))
            box.setCurrentIndex(max(next((n for n in range(box.count()) if box.itemData(n) == name), 0), 0))
            pill.show_pill(_pill(t, sure, known) if name else None)
            box.currentIndexChanged.connect(partial(self._chosen, number))
        grid.setColumnStretch(0, 2)
        grid.setColumnStretch(1, 4)
        grid.setRowStretch(len(look.headings) + 1, 1)
        self._area.setWidget(inner)
        self.say_missing()

    def columns(self) -> dict[int, str]:
        """The field of every column that is taken."""
        return {number: str(box.currentData()) for number, box in self.boxes.items() if box.currentData()}

    def missing(self) -> list[str]:
        """The titles of the fields that still need a column."""
        from desktop_crm.services import import_fields

        if not self._kind:
            return []
        return [self._ctx.t(field.title) for field in import_fields.missing(self._kind, set(self.columns().values()))]

    def say_missing(self) -> None:
        """Say which needed fields have no column yet."""
        t, absent = self._ctx.t, self.missing()
        self.note.say(
            t("Still needed: %(fields)s", fields=t(", ").join(absent)) if absent else "",
            t("Choose the column that holds it. If the file has none, add one to the file.") if absent else "",
        )

    def show_preview(self, shown: Sequence[Shown]) -> None:
        """Show what rows become; refused ones in red with the reason."""
        from desktop_crm.services.import_fields import FIELDS

        t = self._ctx.t
        taken = set(self.columns().values())
        if "address" in taken:
            taken |= {"county", "district"}
        fields = [field for field in FIELDS[self._kind] if field.name in taken]
        columns = [
            Column("line", t("Row"), 60, "pill"),
            Column("fault", t("Problem"), 300, "pill"),
            *(Column(f.name, t(f.title), 160, "number" if f.form in ("amount", "percent") else "text") for f in fields),
        ]
        rows = []
        for row in shown:
            fault = t(row.faults[0][0], **row.faults[0][1]) if row.faults else ""
            values = [_shown(t, f, row.values) for f in fields]
            line = Pill(str(row.line), "bad" if fault else "muted")
            rows.append((row.line, line, Pill(fault, "bad") if fault else Pill("", "plain"), *values))
        self.preview.show_table(columns, rows)

    def _chosen(self, number: int, _index: int) -> None:
        """A field belongs to one column: another that had it loses it."""
        if self._filling:
            return
        self._filling = True
        name = self.boxes[number].currentData()
        for other, box in self.boxes.items():
            if name and other != number and box.currentData() == name:
                box.setCurrentIndex(0)
                self._pills[other].show_pill(None)
        self._filling = False
        self._pills[number].show_pill(None)
        self.say_missing()
        self.changed.emit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """The wheel scrolls the list of columns; it does not change the field it happens to pass over."""
        if event.type() == QEvent.Type.Wheel and isinstance(watched, QComboBox):
            event.ignore()
            return True
        return super().eventFilter(watched, event)


def _shown(t: Translator, field: Field, values: Mapping[str, str]) -> str:
    """A value as the lists show it; what is no number stays as it was written."""
    text = values.get("street" if field.name == "address" else field.name, "")
    if field.form not in ("amount", "percent"):
        return text
    try:
        number = Decimal(text)
    except InvalidOperation:
        return text
    return t.number(number, 4) if number.is_finite() else text


def _pill(t: Translator, sure: float, known: bool) -> Pill:
    if known:
        return Pill(t("As last time"), "ok")
    if sure >= SURE:
        return Pill(t("Sure"), "ok")
    return Pill(t("Likely"), "neutral") if sure >= LIKELY else Pill(t("Please check"), "warn")
