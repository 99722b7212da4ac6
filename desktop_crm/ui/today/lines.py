"""A short list inside a card: lines with a grade, a name, a sentence, what is due, and what can be done with them."""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import QAbstractListModel, QModelIndex, QPersistentModelIndex, Qt

from desktop_crm.ui.table_model import Pill

Index = QModelIndex | QPersistentModelIndex
LINE_ROLE = Qt.ItemDataRole.UserRole + 1


@dataclass(frozen=True, slots=True)
class Line:
    """A line; ``record`` is what a click opens, ``customer`` whom it is about. Texts that are empty take no room.

    ``lead`` stands before the name (a time, a number); ``amount``, ``pill`` and ``note`` at the right.
    """

    record: tuple[str, uuid.UUID]  # entity, id
    customer: tuple[uuid.UUID, str]
    name: str
    lead: str = ""
    grade: str = ""
    text: str = ""
    amount: str = ""
    pill: Pill | None = None
    note: str = ""
    tip: str = ""

    def spoken(self, *, private: bool) -> str:
        """All of it in one sentence, for screen readers; ``private`` leaves the grade out."""
        pill = self.pill.text if self.pill else ""
        parts = (self.lead, "" if private else self.grade, self.name, self.text, self.amount, pill, self.note)
        return ", ".join(part for part in parts if part)


@dataclass(frozen=True, slots=True)
class Command:
    """What can be done with a line, by a button while the mouse is over it, by ``key`` or from its menu.

    ``tick``: its button is the circle before the line; without ``icon`` it is in the menu alone.
    """

    name: str
    text: str  # translated
    icon: str = ""
    key: Qt.Key | None = None
    tick: bool = False


class LinesModel(QAbstractListModel):
    """The lines of one list, all in hand."""

    def __init__(self) -> None:
        super().__init__()
        self.lines: tuple[Line, ...] = ()
        self.private = False  # the customer looks on

    def show_lines(self, lines: Sequence[Line]) -> None:
        """Show other lines."""
        self.beginResetModel()
        self.lines = tuple(lines)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.lines)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        line = self.lines[index.row()]
        if role == LINE_ROLE:
            return line
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return line.spoken(private=self.private)
        return None
