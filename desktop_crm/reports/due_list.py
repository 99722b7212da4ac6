"""The visits that are due in a month as a list on paper, by day, with boxes to tick."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from itertools import groupby

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.reports import fonts, sheet
from desktop_crm.reports.sheet import (
    FAINT,
    GREEN,
    GREY,
    HAIR,
    LEFT,
    LINE,
    RIGHT,
    WIDTH,
    Band,
    Block,
    Shape,
    Style,
    Writer,
)
from desktop_crm.services.visits import VisitRow

SHOP = Style(10, 15, color=GREY)
TITLE = Style(18, 26, bold=True, color=GREEN)
DAY = Style(10.5, 18, bold=True)
LATE = Style(10.5, 18, bold=True, color="#A82F27")
HEAD = Style(8.5, 14, color=GREY)
BODY = Style(9, 13)
BOLD = Style(9, 13, bold=True)
SOFT = Style(8.5, 12.5, color=GREY)
FOOT = Style(8, 11, color=FAINT)
BOX = 9.0

# left edge and width of the columns: box, customer, equipment, place, note
COLUMNS = ((LEFT, 16.0), (LEFT + 20, 152.0), (LEFT + 178, 152.0), (LEFT + 336, 96.0), (LEFT + 438, RIGHT - LEFT - 438))
TITLES = (N_("Customer"), N_("Equipment"), N_("Place"), N_("Result"))


def render(rows: Sequence[VisitRow], shop: str, month: dt.date, today: dt.date, t: Translator) -> bytes:
    """The PDF of the visits of ``month`` and those overdue before it; equal input gives equal bytes."""
    writer = Writer(t.lang)
    title = t("Visits due %(month)s", month=f"{month:%Y-%m}")
    count = t.plural("%(count)s visit", "%(count)s visits", len(rows))
    head = Band(26)
    head.add(writer.line(title, TITLE, LEFT, WIDTH * 0.65))
    head.add(writer.line(f"{count} · {t.date(today)}", SHOP, LEFT, WIDTH, "right"), 8)
    bands = [writer.line(shop, SHOP, LEFT, WIDTH), head, sheet.rule(GREEN, 1.6, 12.0)]
    blocks = [Block([band]) for band in bands]
    blocks += _days(rows, today, t, writer) if rows else [Block(_nothing(t, writer))]
    again = [writer.line(title, HEAD, LEFT, WIDTH), sheet.space(4)]
    pages = sheet.paginate(blocks, again, _titles(t, writer))

    def foot(page: int, of: int) -> list[Band]:
        return [writer.line(t("Page %(page)s of %(pages)s", page=page, pages=of), FOOT, LEFT, WIDTH, "right")]

    return sheet.write(pages, t.lang, title=fonts.clean(title), day=today, decorate=foot)


def _nothing(t: Translator, writer: Writer) -> list[Band]:
    return [sheet.space(10), writer.line(t("No visit is due."), BODY, LEFT, WIDTH)]


def _titles(t: Translator, writer: Writer) -> Band:
    band = Band(18)
    for title, (x, width) in zip(TITLES, COLUMNS[1:], strict=True):
        band.add(writer.line(t(title), HEAD, x, width), 1)
    band.shapes.append(Shape(LEFT, 17, WIDTH, 0, LINE))
    return band


def _days(rows: Sequence[VisitRow], today: dt.date, t: Translator, writer: Writer) -> Iterator[Block]:
    yield Block([_titles(t, writer)], with_next=True)
    for day, visits in groupby(rows, lambda row: row.on):
        late = day < today
        text = t.date(day, "long") if day.year == today.year else t.date(day)
        overdue = t("overdue")
        said = f"{text} · {overdue}" if late else text
        yield Block(
            [sheet.space(6), writer.line(said, LATE if late else DAY, LEFT, WIDTH)], with_next=True, in_table=True
        )
        for row in visits:
            yield Block(_visit(row, writer), in_table=True)


def _visit(row: VisitRow, writer: Writer) -> list[Band]:
    """One visit: a box, who and where, and room for the result."""
    band = Band(26)
    band.shapes.append(Shape(LEFT + 2, 4, BOX, BOX, GREY))
    cells = (
        ([(row.customer, BOLD), (row.phone, SOFT)]),
        ([(row.equipment, BODY), (" · ".join(part for part in (row.serial, row.plan) if part), SOFT)]),
        ([(row.place, BODY)]),
    )
    for (x, width), texts in zip(COLUMNS[1:], cells, strict=False):
        down = 2.0
        for text, style in texts:
            for line in writer.lines(text, style, x, width)[:3]:
                band.add(line, down)
                down += line.height
    band.height += 4
    x, width = COLUMNS[-1]
    band.shapes.append(Shape(x, band.height - 6, width, 0, LINE))
    band.shapes.append(Shape(LEFT, band.height - 1, WIDTH, 0, HAIR))
    return [band]
