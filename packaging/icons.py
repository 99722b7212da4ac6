"""The program's icon for Windows (.ico) and macOS (.icns), drawn from the SVG in resources/."""

from __future__ import annotations

import sys
from pathlib import Path

from PIL import Image
from PySide6.QtGui import QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

ICO_SIZES = (16, 20, 24, 32, 40, 48, 64, 128, 256)
ICNS_SIZES = (16, 32, 64, 128, 256, 512, 1024)


def make(source: Path, folder: Path) -> Path:
    """Write the icon file of this system into ``folder``; raises ValueError when ``source`` is no picture."""
    folder.mkdir(parents=True, exist_ok=True)
    kind, sizes = ("icns", ICNS_SIZES) if sys.platform == "darwin" else ("ico", ICO_SIZES)
    # each size is drawn by itself: a small one scaled from a large one is blurred
    pictures = [drawn(source, size) for size in sizes]
    target = folder / f"desktop-crm.{kind}"
    pictures[-1].save(target, sizes=[(size, size) for size in sizes], append_images=pictures[:-1])
    return target


def drawn(source: Path, size: int) -> Image.Image:
    """The SVG as a square picture of ``size`` pixels."""
    renderer = QSvgRenderer(str(source))
    if not renderer.isValid():
        raise ValueError(f"{source} cannot be drawn")
    image = QImage(size, size, QImage.Format.Format_ARGB32)
    image.fill(0)
    painter = QPainter(image)
    renderer.render(painter)
    painter.end()
    image.convertTo(QImage.Format.Format_RGBA8888)
    return Image.frombytes("RGBA", (size, size), bytes(image.constBits()))
