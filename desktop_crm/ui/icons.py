"""Line icons of one family (Lucide), tinted by a colour token and drawn at the size in force."""

from __future__ import annotations

from PySide6.QtCore import QByteArray, QRectF, QSize, Qt
from PySide6.QtGui import QGuiApplication, QIcon, QPainter, QPixmap
from PySide6.QtSvg import QSvgRenderer

from desktop_crm.core import paths
from desktop_crm.ui.theme import Theme

_cache: dict[tuple[str, str, int, float], QPixmap] = {}


def pixmap(theme: Theme, name: str, color: str = "ink2", size: str | int = "icon") -> QPixmap:
    """``resources/icons/<name>.svg`` in the colour token ``color``; ``size`` is a size token or pixels."""
    pixels = theme.size(size) if isinstance(size, str) else size
    app = QGuiApplication.instance()
    ratio = app.devicePixelRatio() if isinstance(app, QGuiApplication) else 1.0
    tint = theme.color(color).name()
    key = (name, tint, pixels, ratio)
    if key not in _cache:
        _cache[key] = _draw(name, tint, pixels, ratio)
    return _cache[key]


def icon(theme: Theme, name: str, color: str = "ink2", on_color: str = "") -> QIcon:
    """The icon for buttons and menus; ``on_color`` tints it while its button is checked."""
    made = QIcon(pixmap(theme, name, color))
    if on_color:
        made.addPixmap(pixmap(theme, name, on_color), QIcon.Mode.Normal, QIcon.State.On)
    return made


def _draw(name: str, tint: str, pixels: int, ratio: float) -> QPixmap:
    svg = (paths.resource_dir() / "icons" / f"{name}.svg").read_bytes().replace(b"currentColor", tint.encode())
    picture = QPixmap(QSize(round(pixels * ratio), round(pixels * ratio)))
    picture.fill(Qt.GlobalColor.transparent)
    painter = QPainter(picture)
    QSvgRenderer(QByteArray(svg)).render(painter, QRectF(picture.rect()))
    painter.end()
    picture.setDevicePixelRatio(ratio)
    return picture
