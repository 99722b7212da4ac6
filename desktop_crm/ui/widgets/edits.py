"""Line edits for money, quantities and dates: they read what people type and say what is wrong with it."""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QLineEdit, QWidget

from desktop_crm.core.dates import ROC_EPOCH, check_day, clock
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator

OPENED = (Qt.FocusReason.OtherFocusReason, Qt.FocusReason.ActiveWindowFocusReason)
_PARTS = re.compile(r"\d+")
_FULL_WIDTH = str.maketrans("０１２３４５６７８９．－／，", "0123456789.-/,")


class TextEdit(QLineEdit):
    """A line of text; ``edited`` when the user has changed it."""

    edited = Signal()

    def __init__(self, text: str = "", hint: str = "", limit: int = 300, parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setPlaceholderText(hint)
        self.setMaxLength(limit)
        self.textEdited.connect(lambda _text: self.edited.emit())

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A form that opens puts the cursor behind what is there."""
        super().focusInEvent(event)
        if event.reason() in OPENED and not self.cursorPosition() and not self.hasSelectedText():
            self.end(False)


class NumberEdit(TextEdit):
    """A quantity or an amount in major units; ``value`` raises UserError for what is no number."""

    def __init__(self, t: Translator, field: str, digits: int = 0, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._t = t
        self._field = field
        self._digits = digits
        self.setAlignment(Qt.AlignmentFlag.AlignRight)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A number that a form opens with gives way to the one typed; a half-typed one stays."""
        super().focusInEvent(event)
        if event.reason() in OPENED and not self.isModified():
            self.selectAll()

    def value(self) -> Decimal | None:
        """The number typed, None for nothing."""
        from desktop_crm.core.quantities import parse_decimal

        text = self.text().strip()
        return parse_decimal(text, field=self._field) if text else None

    def set_value(self, value: Decimal | int | None) -> None:
        """Show ``value`` with separators."""
        self.setText("" if value is None else self._t.number(value, self._digits))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        try:
            self.set_value(self.value())
        except UserError:
            return  # the form says it under the field


class DateEdit(TextEdit):
    """A date as people type it: 2026-11-21, 11/21, 21, 115/11/21 (ROC); ``+3`` is in three days."""

    def __init__(self, t: Translator, field: str, parent: QWidget | None = None) -> None:
        super().__init__(parent=parent)
        self._t = t
        self._field = field

    def value(self) -> dt.date | None:
        """The date typed, None for nothing; raises UserError."""
        text = self.text().strip()
        return parse_date(text, clock.today(), self._field) if text else None

    def set_value(self, day: dt.date | None) -> None:
        """Show ``day``."""
        self.setText("" if day is None else self._t.date(day))

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        try:
            self.set_value(self.value())
        except UserError:
            return  # the form says it under the field


def parse_date(text: str, today: dt.date, field: str = "") -> dt.date:
    """The date meant by ``text``; missing year and month are those of ``today``, two or three digits are ROC years.

    Raises UserError when it is no date, or its year can only be a slip.
    """
    try:
        day = _day_meant(text.translate(_FULL_WIDTH), today)
    except (ValueError, OverflowError, TypeError, IndexError):
        raise UserError(
            N_("%(text)s is not a date."), N_("Type it like 2026-11-21 or 11/21."), field=field, text=text[:40]
        ) from None
    return check_day(day, field)


def parse_time(text: str, field: str = "") -> dt.time:
    """The time meant by ``text``: 14:30, 1430, 9. Raises UserError when it is none."""
    plain = text.strip().translate(_FULL_WIDTH).replace("：", ":")
    found = re.fullmatch(r"(\d{1,2})(?::?(\d{2}))?", plain)
    try:
        if found is not None:
            return dt.time(int(found[1]), int(found[2] or 0))
    except ValueError:
        pass
    raise UserError(N_("%(text)s is not a time."), N_("Type it like 14:30."), field=field, text=text[:40])


def _day_meant(text: str, today: dt.date) -> dt.date:
    typed = _PARTS.findall(text)
    parts = [int(part) for part in typed]
    if text[0] in "+-" and len(parts) == 1:
        return today + dt.timedelta(days=parts[0] if text[0] == "+" else -parts[0])
    if len(parts) == 1 and len(text) == 8:
        return dt.datetime.strptime(text, "%Y%m%d").date()  # noqa: DTZ007 a date has no zone
    day = [today.year, today.month][: 3 - len(parts)] + parts
    if len(parts) == 3 and len(typed[0]) <= 3:
        day[0] += ROC_EPOCH
    return dt.date(*day)
