"""Forms: a label over each field, the error sentence under it, typing kept in a recovery file."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QGridLayout,
    QLineEdit,
    QPlainTextEdit,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.core.errors import UserError
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.edits import DateEdit, NumberEdit
from desktop_crm.ui.widgets.labels import ElidedLabel, Label

Control = QLineEdit | QPlainTextEdit | QComboBox | QCheckBox


class FormRow(QWidget):
    """A control under its label, with room for one error sentence."""

    def __init__(self, ctx: Context, label: str, control: QWidget, *, required: bool = False) -> None:
        super().__init__()
        self.control = control
        box = QVBoxLayout(self)
        box.setContentsMargins(0, 0, 0, 0)
        box.setSpacing(ctx.theme.px(3))
        self.label = ElidedLabel(label + (" *" if required else ""), "small")
        self.label.setBuddy(control)
        control.setAccessibleName(label)
        self._error = Label("", "error", wrap=True)
        self._error.hide()
        box.addWidget(self.label)
        box.addWidget(control)
        box.addWidget(self._error)
        if not isinstance(control, QPlainTextEdit):
            box.addStretch()  # beside a taller field the control stays under its label

    def say(self, sentence: str) -> None:
        """Show what is wrong with the field; an empty sentence takes it away."""
        if sentence == self._error.text():
            return
        self._error.setText(sentence)
        self._error.setVisible(bool(sentence))
        self.control.setProperty("bad", "true" if sentence else "false")
        self.control.setAccessibleDescription(sentence)
        self.control.style().unpolish(self.control)
        self.control.style().polish(self.control)
        if sentence:
            _make_room(self)


class Form(QWidget):
    """Fields by name in a grid of ``columns``; ``changed`` after every edit by the user."""

    changed = Signal()

    def __init__(self, ctx: Context, columns: int = 2, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.dirty = False
        self._ctx = ctx
        self._columns = columns
        self._cell = 0
        self._loading = False
        self.rows: dict[str, FormRow] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(ctx.theme.px(12))
        self._grid.setVerticalSpacing(ctx.theme.px(10))
        for column in range(columns):
            self._grid.setColumnStretch(column, 1)

    def add(self, name: str, label: str, control: Control, *, span: int = 1, required: bool = False) -> FormRow:
        """Put a field into the next free cells; ``name`` is its key and the ``field`` of a UserError."""
        row = FormRow(self._ctx, label, control, required=required)
        span = min(span, self._columns)
        if self._cell % self._columns + span > self._columns:
            self._cell += self._columns - self._cell % self._columns
        self._grid.addWidget(row, self._cell // self._columns, self._cell % self._columns, 1, span)
        self._cell += span
        self.rows[name] = row
        _on_edit(control, lambda: self._edited(row))
        return row

    def values(self) -> dict[str, Any]:
        """What the fields hold: text, Decimal, date, chosen data or yes/no, by name. Raises UserError."""
        return {name: _value(row.control) for name, row in self.rows.items()}

    def texts(self) -> dict[str, str]:
        """What stands in the fields, as typed, for the recovery file."""
        return {name: _text(row.control) for name, row in self.rows.items()}

    def set_values(self, values: dict[str, Any]) -> None:
        """Fill the fields; the form is clean afterwards."""
        self._loading = True
        for name, value in values.items():
            if name in self.rows:
                _set_value(self.rows[name].control, value)
        self._loading = False
        self.dirty = False
        self.clear_errors()

    def set_texts(self, texts: dict[str, str]) -> None:
        """Put back what was typed before; the form is dirty afterwards."""
        for name, text in texts.items():
            if name in self.rows:
                _set_text(self.rows[name].control, text)
        self._edited()

    def show_error(self, error: BaseException) -> bool:
        """Say a UserError under its field; False when no field of this form is at fault."""
        self.clear_errors()
        row = self.rows.get(error.field) if isinstance(error, UserError) else None
        if row is None or not isinstance(error, UserError):
            return False
        row.say(self._ctx.t.error(error))
        row.control.setFocus()
        return True

    def clear_errors(self) -> None:
        """Take all error sentences away."""
        for row in self.rows.values():
            row.say("")

    def _edited(self, row: FormRow | None = None) -> None:
        if not self._loading:
            if row is not None:  # what was wrong is being mended
                row.say("")
            self.dirty = True
            self.changed.emit()


def _make_room(row: QWidget) -> None:
    """Let the dialog of a row grow by the sentence; wrapped text is not in a dialog's least height."""
    widget: QWidget | None = row
    while widget is not None:
        layout = widget.layout()
        if layout is not None:
            layout.invalidate()
        if layout is not None and isinstance(widget, QDialog):
            widget.resize(widget.width(), max(widget.height(), layout.totalHeightForWidth(widget.width())))
            return
        widget = widget.parentWidget()


def combo(items: list[tuple[Any, str]], *, editable: bool = False) -> QComboBox:
    """A box of (data, text) choices."""
    box = QComboBox()
    box.setEditable(editable)
    for data, text in items:
        box.addItem(text, data)
    return box


def _on_edit(control: QWidget, heard: Callable[[], None]) -> None:
    if isinstance(control, QLineEdit):
        control.textEdited.connect(lambda _text: heard())
    elif isinstance(control, QPlainTextEdit):
        control.textChanged.connect(heard)
    elif isinstance(control, QComboBox):
        control.currentIndexChanged.connect(lambda _index: heard())
        control.editTextChanged.connect(lambda _text: heard())
    elif isinstance(control, QCheckBox):
        control.toggled.connect(lambda _on: heard())


def _value(control: QWidget) -> Any:
    if isinstance(control, NumberEdit | DateEdit):
        return control.value()
    if isinstance(control, QComboBox) and not control.isEditable():
        return control.currentData()
    if isinstance(control, QCheckBox):
        return control.isChecked()
    return _text(control).strip()


def _text(control: QWidget) -> str:
    if isinstance(control, QLineEdit):
        return control.text()
    if isinstance(control, QPlainTextEdit):
        return control.toPlainText()
    if isinstance(control, QComboBox):
        return control.currentText()
    return "1" if isinstance(control, QCheckBox) and control.isChecked() else ""


def _set_value(control: QWidget, value: Any) -> None:
    if isinstance(control, NumberEdit | DateEdit):
        control.set_value(value)
    elif isinstance(control, QComboBox) and not control.isEditable():
        # findData compares keys by identity, not by value
        control.setCurrentIndex(next((n for n in range(control.count()) if control.itemData(n) == value), 0))
    elif isinstance(control, QCheckBox):
        control.setChecked(bool(value))
    else:
        _set_text(control, "" if value is None else str(value))
        if isinstance(control, QLineEdit) and not control.hasFocus():
            control.setCursorPosition(0)  # a long text shows its beginning


def _set_text(control: QWidget, text: str) -> None:
    if isinstance(control, QLineEdit):
        control.setText(text)
    elif isinstance(control, QPlainTextEdit):
        control.setPlainText(text)
    elif isinstance(control, QComboBox):
        control.setCurrentText(text)
    elif isinstance(control, QCheckBox):
        control.setChecked(bool(text))
