"""A column of cards that can be dragged, moved by key and acted on from a menu."""

from __future__ import annotations

import uuid
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QAbstractListModel, QMimeData, QModelIndex, QObject, QPoint, Qt, Signal
from PySide6.QtGui import (
    QAction,
    QContextMenuEvent,
    QDragEnterEvent,
    QDragLeaveEvent,
    QDragMoveEvent,
    QDropEvent,
    QFocusEvent,
    QKeyEvent,
    QKeySequence,
    QResizeEvent,
)
from PySide6.QtWidgets import QAbstractItemView, QListView, QMenu

from desktop_crm.ui.context import Context
from desktop_crm.ui.service import card_commands, card_words
from desktop_crm.ui.service.card_painter import CARD_ROLE, CardPainter, Index
from desktop_crm.ui.widgets.labels import restyle, tooltip

if TYPE_CHECKING:
    from desktop_crm.services.followup_board import BoardCard

MIME = "application/x-desktop-crm-card"


def carried(data: QMimeData) -> uuid.UUID | None:
    """The key of the card that is dragged, None when it is something else."""
    raw = bytes(data.data(MIME).data()) if data.hasFormat(MIME) else b""
    return uuid.UUID(bytes=raw) if len(raw) == 16 else None


def mime_of(card: BoardCard) -> QMimeData:
    """A card on its way."""
    data = QMimeData()
    data.setData(MIME, card.id.bytes)
    return data


class CardModel(QAbstractListModel):
    """The cards of one column."""

    def __init__(self, ctx: Context, parent: QObject) -> None:
        super().__init__(parent)
        self.cards: tuple[BoardCard, ...] = ()
        self._ctx = ctx

    def show_cards(self, cards: Sequence[BoardCard]) -> None:
        """Show other cards."""
        self.beginResetModel()
        self.cards = tuple(cards)
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self.cards)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        card = self.cards[index.row()]
        if role == CARD_ROLE:
            return card
        if role == Qt.ItemDataRole.DisplayRole:
            return card_words.title(card)
        said = card_words.whole(self._ctx.t, card, private=not self._ctx.customer_view.on)
        if role == Qt.ItemDataRole.AccessibleTextRole:
            return said.replace("\n", ", ")
        return tooltip(said).replace("\n", "<br>") if role == Qt.ItemDataRole.ToolTipRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        flags = Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable
        return flags | Qt.ItemFlag.ItemIsDragEnabled if index.isValid() else Qt.ItemFlag.NoItemFlags

    def mimeTypes(self) -> list[str]:
        return [MIME]

    def mimeData(self, indexes: Sequence[QModelIndex]) -> QMimeData:
        return mime_of(self.cards[indexes[0].row()])

    def supportedDragActions(self) -> Qt.DropAction:
        return Qt.DropAction.MoveAction


class CardList(QListView):
    """``wanted(verb, card)`` for keys, menu and double click; ``dropped(key)`` a card let go here.

    ``takes`` says whether a card may be let go here today.

    ``sideways(step)``: Left and Right; ``pushed(step)``: the same with Ctrl, for the current card.
    """

    wanted = Signal(str, object)
    dropped = Signal(object)
    sideways = Signal(int)
    pushed = Signal(int)
    left_by_escape = Signal()

    def __init__(self, ctx: Context, name: str, takes: Callable[[], bool] = lambda: True) -> None:
        super().__init__()
        self._ctx = ctx
        self._takes = takes
        self.model_ = CardModel(ctx, self)
        self._painter = CardPainter(ctx)
        self.setProperty("look", "board")
        self.setAccessibleName(name)
        self.setModel(self.model_)
        self.setItemDelegate(self._painter)
        self.setMouseTracking(True)
        self.setResizeMode(QListView.ResizeMode.Adjust)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setDragDropMode(QAbstractItemView.DragDropMode.DragDrop)
        self.setDefaultDropAction(Qt.DropAction.MoveAction)
        self.doubleClicked.connect(lambda _index: self._want("open"))
        ctx.customer_view.changed.connect(lambda _on: self.scheduleDelayedItemsLayout())

    def show_cards(self, cards: Sequence[BoardCard]) -> None:
        """Show other cards; the current one stays current, or the one that takes its place."""
        before, held = self.current(), self.currentIndex().row()
        self.model_.show_cards(cards)
        row = next((n for n, card in enumerate(cards) if before is not None and card.id == before.id), held)
        if cards and row >= 0:
            self.set_row(min(row, len(cards) - 1))

    def current(self) -> BoardCard | None:
        """The card the keyboard is on."""
        index = self.currentIndex()
        return self.model_.cards[index.row()] if index.isValid() else None

    def set_row(self, row: int) -> None:
        """Put the keyboard on a card."""
        self.setCurrentIndex(self.model_.index(row, 0))

    def _want(self, verb: str) -> None:
        card = self.current()
        if card is not None and verb in {one.id for one in card_commands.allowed(card)}:
            self.wanted.emit(verb, card)

    # -- keys and menu ---------------------------------------------------------------------------

    def keyPressEvent(self, event: QKeyEvent) -> None:
        card, key = self.current(), event.key()
        control = bool(event.modifiers() & Qt.KeyboardModifier.ControlModifier)
        plain = not event.modifiers() & ~Qt.KeyboardModifier.KeypadModifier
        if key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
            (self.pushed if control else self.sideways).emit(-1 if key == Qt.Key.Key_Left else 1)
        elif plain and card is not None and (verb := card_commands.by_key(card, key)):
            self._want(verb)
        elif key == Qt.Key.Key_Escape:
            self.left_by_escape.emit()
            event.ignore()
        else:
            super().keyPressEvent(event)

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        if event.reason() == QContextMenuEvent.Reason.Keyboard:
            self.open_menu(self.visualRect(self.currentIndex()).center())
        elif self.indexAt(event.pos()).isValid():
            self.setCurrentIndex(self.indexAt(event.pos()))
            self.open_menu(event.pos())

    def open_menu(self, place: QPoint) -> None:
        """The menu of the current card."""
        card = self.current()
        if card is not None:
            self.menu(card).popup(self.viewport().mapToGlobal(place))

    def menu(self, card: BoardCard) -> QMenu:
        """What can be done with a card, with the keys for it."""
        menu = QMenu(self)
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        group = 0
        for command in card_commands.allowed(card):
            if command.group != group:
                menu.addSeparator()
                group = command.group
            action = QAction(self._ctx.t(command.text), menu)
            action.setObjectName(command.id)
            if command.key is not None:
                action.setShortcut(QKeySequence(command.key))
                action.setShortcutContext(Qt.ShortcutContext.WidgetShortcut)  # shown; the list itself hears it
            action.triggered.connect(lambda _on=False, verb=command.id: self.wanted.emit(verb, card))
            menu.addAction(action)
        return menu

    # -- dragging --------------------------------------------------------------------------------

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        self._judge(event)

    def dragMoveEvent(self, event: QDragMoveEvent) -> None:
        self._judge(event)

    def dragLeaveEvent(self, event: QDragLeaveEvent) -> None:
        restyle(self, "board")
        event.accept()

    def dropEvent(self, event: QDropEvent) -> None:
        restyle(self, "board")
        key = carried(event.mimeData())
        if key is None or not self._takes() or event.source() is self:
            event.ignore()
            return
        event.acceptProposedAction()
        self.dropped.emit(key)

    def _judge(self, event: QDragMoveEvent) -> None:
        if self._takes() and carried(event.mimeData()) is not None and event.source() is not self:
            restyle(self, "board-over")
            event.acceptProposedAction()
        else:
            event.ignore()

    # -- Qt's side -------------------------------------------------------------------------------

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        if self.model_.cards:  # Qt makes the first card current without marking it
            self.set_row(max(0, self.currentIndex().row()))

    def resizeEvent(self, event: QResizeEvent) -> None:
        width, self._painter.width = self._painter.width, self.viewport().width()
        super().resizeEvent(event)
        if width != self._painter.width:  # titles take one line or two by the width, which Qt does not know
            self.scheduleDelayedItemsLayout()
