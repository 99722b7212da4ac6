"""The lines of a document while they are edited: rows, what they come to, and the way back."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from itertools import count
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, Signal

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.limits import scaled
from desktop_crm.core.money import Totals
from desktop_crm.core.quantities import format_discount, format_quantity, parse_decimal, parse_discount
from desktop_crm.services.document_lines import DraftLine, PriceTerms, reckon

Index = QModelIndex | QPersistentModelIndex
CODE, NAME, QUANTITY, UNIT, PRICE, DISCOUNT, AMOUNT = range(7)
TITLES = (
    N_("Item no."), N_("Item and specification"), N_("Quantity"), N_("Unit"),
    N_("Unit price"), N_("Discount"), N_("Amount"),
)  # fmt: skip
FIELDS = {QUANTITY: "quantity", PRICE: "unit_price", DISCOUNT: "discount_percent"}
FIGURES = (QUANTITY, PRICE, DISCOUNT, AMOUNT)
KINDS = ("item", "option", "alternative")
STEPS = 100  # that can be taken back
SPLIT = "|"  # between name and specification in the name cell

_keys = count(1)


@dataclass(frozen=True, slots=True)
class GridRow:
    """A line with a key of its own; ``follows``: its price is the price list's and follows the quantity."""

    key: int
    line: DraftLine
    follows: bool = False


class LineModel(QAbstractTableModel):
    """Rows of lines and a last one for a new line. ``edited`` after each change, ``reckoned`` after each sum."""

    edited = Signal()
    reckoned = Signal()

    def __init__(self, t: Translator, terms: PriceTerms, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.read_only = False
        self.totals: Totals | None = None
        self.fault: UserError | None = None  # why the totals are not those of the rows
        self.rows: tuple[GridRow, ...] = ()
        self.t = t
        self._terms = terms
        self._done: list[tuple[GridRow, ...]] = []
        self._undone: list[tuple[GridRow, ...]] = []

    # -- reading ---------------------------------------------------------------------------------

    @property
    def lines(self) -> list[DraftLine]:
        """The lines as typed."""
        return [row.line for row in self.rows]

    @property
    def terms(self) -> PriceTerms:
        """Currency, tax and discount of the document."""
        return self._terms

    def row_of(self, key: int) -> int:
        """Where the row with this key stands; -1 when it is gone."""
        return next((place for place, row in enumerate(self.rows) if row.key == key), -1)

    def line(self, row: int) -> DraftLine | None:
        """The line of a row; None for the row of a new line."""
        return self.rows[row].line if 0 <= row < len(self.rows) else None

    def section_end(self, row: int) -> int:
        """One past the last row that belongs to the section in ``row``."""
        ends = (place for place in range(row + 1, len(self.rows)) if self.rows[place].line.kind == "section")
        return next(ends, len(self.rows))

    # -- changing --------------------------------------------------------------------------------

    def set_lines(self, lines: Iterable[DraftLine]) -> None:
        """Show other lines; there is nothing to take back then."""
        self._done, self._undone = [], []
        self._reset(tuple(GridRow(next(_keys), line) for line in lines))

    def set_terms(self, terms: PriceTerms) -> None:
        """Reckon with other terms."""
        self._terms = terms
        self._reckon()

    def insert(self, place: int, lines: Sequence[DraftLine], *, follows: bool = False) -> list[int]:
        """Put lines before the row ``place``; their keys."""
        added = tuple(GridRow(next(_keys), line, follows) for line in lines)
        if added:
            self._remember()
            self.beginInsertRows(QModelIndex(), place, place + len(added) - 1)
            self.rows = (*self.rows[:place], *added, *self.rows[place:])
            self.endInsertRows()
            self._changed()
        return [row.key for row in added]

    def remove(self, row: int) -> None:
        """Take a line out."""
        if self.line(row) is None:
            return
        self._remember()
        self.beginRemoveRows(QModelIndex(), row, row)
        self.rows = (*self.rows[:row], *self.rows[row + 1 :])
        self.endRemoveRows()
        self._changed()

    def move(self, row: int, step: int) -> int:
        """Move a line up (-1) or down (1); its new row."""
        target = row + step
        if self.line(row) is None or self.line(target) is None:
            return row
        self._remember()
        self.beginMoveRows(QModelIndex(), row, row, QModelIndex(), target + (step > 0))
        rows = list(self.rows)
        rows[row], rows[target] = rows[target], rows[row]
        self.rows = tuple(rows)
        self.endMoveRows()
        self._changed()
        return target

    def put(self, key: int, *, remember: bool = True, follows: bool | None = None, **fields: Any) -> None:
        """Change fields of the line with this key, if it is still there."""
        row = self.row_of(key)
        if row < 0:
            return
        old = self.rows[row]
        new = replace(old, line=replace(old.line, **fields), follows=old.follows if follows is None else follows)
        if new == old:
            return
        if remember:
            self._remember()
        self.rows = (*self.rows[:row], new, *self.rows[row + 1 :])
        self._changed()

    def put_instead(self, key: int, lines: Sequence[DraftLine]) -> None:
        """Put lines in the place of the one with this key, as one step."""
        row = self.row_of(key)
        if row >= 0 and lines:
            self._remember()
            self._reset((*self.rows[:row], *(GridRow(next(_keys), line) for line in lines), *self.rows[row + 1 :]))
            self.edited.emit()

    def put_all(self, lines: Sequence[DraftLine]) -> None:
        """Give every row another line, as one step."""
        new = tuple(replace(row, line=line) for row, line in zip(self.rows, lines, strict=True))
        if new != self.rows:
            self._remember()
            self.rows = new
            self._changed()

    def undo(self) -> bool:
        """Take the last step back."""
        return self._travel(self._done, self._undone)

    def redo(self) -> bool:
        """Take the last undo back."""
        return self._travel(self._undone, self._done)

    def _travel(self, source: list[tuple[GridRow, ...]], target: list[tuple[GridRow, ...]]) -> bool:
        if source:
            target.append(self.rows)
            self._reset(source.pop())
            self.edited.emit()
            return True
        return False

    def _remember(self) -> None:
        self._done = [*self._done[1 - STEPS :], self.rows]
        self._undone = []

    def _reset(self, rows: tuple[GridRow, ...]) -> None:
        self.beginResetModel()
        self.rows = rows
        self.endResetModel()
        self._reckon()

    def _changed(self) -> None:
        self._reckon()
        self.edited.emit()

    def _reckon(self) -> None:
        try:
            self.totals, self.fault = reckon(self.lines, self._terms), None
        except UserError as error:
            self.fault = error
            if self.totals is not None and len(self.totals.lines) != len(self.rows):
                self.totals = None
        if self.rows:
            self.dataChanged.emit(self.index(0, 0), self.index(len(self.rows) - 1, AMOUNT))
        self.reckoned.emit()

    # -- typing ----------------------------------------------------------------------------------

    def typed(self, row: int, column: int, text: str) -> dict[str, Any]:
        """The fields that ``text`` means in a cell; raises UserError for what cannot be meant."""
        if column == CODE:
            return {"code": text.strip()}
        if column == NAME:
            name, _, specification = text.replace("｜", SPLIT).partition(SPLIT)
            return {"name": name.strip(), "specification": specification.strip()}
        if column == UNIT:
            return {"unit": text.strip()}
        field = FIELDS[column]
        value = parse_discount(text) if column == DISCOUNT else parse_decimal(text, field=field)
        scaled(value, field)
        return {field: value}

    def edit_text(self, row: int, column: int) -> str:
        """What the editor of a cell starts with."""
        line = self.line(row)
        if line is None:
            return ""
        if column == NAME:
            return f"{line.name} {SPLIT} {line.specification}" if line.specification else line.name
        if column == CODE:
            return line.code
        if column == UNIT:
            return line.unit
        if column == DISCOUNT:
            return format_discount(line.discount_percent, self.t.lang)
        return format_quantity(line.quantity if column == QUANTITY else line.unit_price)

    def editable(self, row: int, column: int) -> bool:
        """Whether a cell can be typed into."""
        line = self.line(row)
        if self.read_only or column == AMOUNT:
            return False
        if line is None:
            return column == CODE
        return line.is_priced or column in (CODE, NAME)

    # -- Qt's side -------------------------------------------------------------------------------

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.rows) + (not self.read_only)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(TITLES)

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self.t(TITLES[section])
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = Qt.AlignmentFlag.AlignRight if section in FIGURES else Qt.AlignmentFlag.AlignLeft
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def flags(self, index: Index) -> Qt.ItemFlag:
        base = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        editable = self.editable(index.row(), index.column())
        return base | Qt.ItemFlag.ItemIsEditable if editable else base

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return self.shown(index.row(), index.column())
        if role == Qt.ItemDataRole.EditRole:
            return self.edit_text(index.row(), index.column())
        return None

    def shown(self, row: int, column: int) -> str:
        """What a cell says."""
        line = self.line(row)
        if line is None:
            return self.t("Type a code or name, Enter goes on") if column == CODE else ""
        if not line.is_priced:
            return line.name if column in (CODE, NAME) else ""
        if column == CODE:
            number = sum(one.line.is_priced for one in self.rows[: row + 1])
            return f"{number} {line.code}".strip()
        if column == NAME:
            return line.name
        if column == QUANTITY:
            return self.t.number(line.quantity, 4)
        if column == UNIT:
            return line.unit
        if column == PRICE:
            return self.t.number(line.unit_price, 4)
        if column == DISCOUNT:
            return format_discount(line.discount_percent, self.t.lang)
        return self._amount(row, line)

    def _amount(self, row: int, line: DraftLine) -> str:
        if self.totals is None or row >= len(self.totals.lines):
            return ""
        amount = self.t.money(self.totals.lines[row].amount, self._terms.currency)
        if line.kind == "option":
            return self.t("Option %(amount)s", amount=amount)
        return self.t("Alt. %(amount)s", amount=amount) if line.kind == "alternative" else amount


def new_line(kind: str = "item", **fields: Any) -> DraftLine:
    """A line to start from: one of something."""
    return DraftLine(kind=kind, quantity=Decimal(1 if kind in KINDS else 0), **fields)
