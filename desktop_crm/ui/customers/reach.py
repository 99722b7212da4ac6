"""Ways to reach somebody: a number as people write it with a button that dials it, an address that opens the mail."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from urllib.parse import quote

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QDesktopServices, QPaintEvent
from PySide6.QtWidgets import QHBoxLayout, QLabel, QWidget

from desktop_crm.core import phones
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import icon_button
from desktop_crm.ui.widgets.labels import ElidedLabel

DIALLED = frozenset({"phone", "mobile"})
SPOKEN = DIALLED | {"fax"}


@dataclass(frozen=True, slots=True)
class Way:
    """What is shown for a contact point, and the address behind it ("" for none)."""

    text: str
    uri: str = ""


Ways = dict[tuple[str, str], Way]  # by kind and text as typed


def ways_of(_session: object, points: Iterable[tuple[str, str]], country: str) -> Ways:
    """For the read lane: reading numbers needs a large library."""
    return {(kind, typed): _way(kind, typed, country or "TW") for kind, typed in points}


def _way(kind: str, typed: str, country: str) -> Way:
    if kind in SPOKEN:
        return Way(phones.shown(typed, country), phones.dial_uri(typed, country) if kind in DIALLED else "")
    if kind == "email" and "@" in typed:
        return Way(typed, f"mailto:{quote(typed.strip(), safe='@+')}")
    return Way(typed)


def open_uri(uri: str) -> None:
    """Hand ``uri`` to the program that dials or writes mail."""
    QDesktopServices.openUrl(QUrl(uri, QUrl.ParsingMode.StrictMode))


class Address(ElidedLabel):
    """A text to be selected; shortened only where it has no room."""

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.contentsRect().width() >= self.sizeHint().width():
            QLabel.paintEvent(self, event)
        else:
            super().paintEvent(event)


class WayLine(QWidget):
    """The text, to be selected and copied, and a button where there is something to open."""

    def __init__(self, ctx: Context, way: Way) -> None:
        super().__init__()
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(ctx.theme.px(4))
        label = Address(way.text, "soft")
        label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        row.addWidget(label)
        if way.uri:
            calls = way.uri.startswith("tel:")
            name = ctx.t("Call %(number)s", number=way.text) if calls else ctx.t("Write to %(mail)s", mail=way.text)
            row.addWidget(icon_button(ctx.theme, "phone" if calls else "mail", name, lambda: open_uri(way.uri)))
        row.addStretch(1)
