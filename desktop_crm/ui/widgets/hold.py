"""Keeps a widget from being painted while its parts arrive one by one and move each other."""

from __future__ import annotations

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

LONGEST = 300  # milliseconds after which it is painted as it is


def hold(widget: QWidget) -> None:
    """Paint nothing of ``widget`` until ``release``, or until ``LONGEST`` is over."""
    widget.setUpdatesEnabled(False)
    QTimer.singleShot(LONGEST, widget, lambda: release(widget))


def release(widget: QWidget) -> None:
    """Paint it again, after the columns of its tables have found their widths, for which they set a timer."""
    if not widget.updatesEnabled():
        QTimer.singleShot(0, widget, lambda: widget.setUpdatesEnabled(True))
