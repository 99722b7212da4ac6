"""``python -m benchmarks.stock_pdf FILE``: what reportlab alone needs for a sheet of twenty rows in our font."""

from __future__ import annotations

import sys
from pathlib import Path

from reportlab.pdfbase import pdfmetrics
from reportlab.pdfbase.ttfonts import TTFont
from reportlab.pdfgen.canvas import Canvas

FONT = Path(__file__).resolve().parents[1] / "resources" / "fonts" / "NotoSansTC-Regular.ttf"
ROW = ("1", "循環水泵 1HP", "2", "式", "1,280", "95", "2,432")
PLACES = (40, 60, 300, 340, 380, 440, 500)


def draw(path: Path) -> None:
    """One page."""
    if "Stock" not in pdfmetrics.getRegisteredFontNames():
        pdfmetrics.registerFont(TTFont("Stock", str(FONT)))
    canvas = Canvas(str(path))
    canvas.setFont("Stock", 10)
    for row in range(20):
        for x, text in zip(PLACES, ROW, strict=True):
            canvas.drawString(x, 700 - 20 * row, text)
    canvas.save()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
