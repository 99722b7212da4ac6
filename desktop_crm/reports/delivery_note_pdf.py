"""The delivery note (出貨單) as a PDF: what is handed over, and where the receiver signs; prices only if wanted."""

from __future__ import annotations

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.quantities import format_discount, format_quantity
from desktop_crm.reports import fonts, sheet
from desktop_crm.reports.letterhead import Column, Paper, Table
from desktop_crm.reports.quotation_words import Words
from desktop_crm.reports.sheet import FAINT, LEFT, RIGHT, WIDTH, Band, Block, Shape
from desktop_crm.reports.styles import GAP, LABEL, PAD, SIGN_HEIGHT, SIGN_WIDTH, SMALL
from desktop_crm.services.delivery_notes import DeliveryNote, NoteLine

_CANCELLED = N_("Cancelled")


def render(note: DeliveryNote, t: Translator, *, priced: bool = False) -> bytes:
    """The PDF of a delivery note in the language of ``t``; equal input gives equal bytes."""
    paper = Paper(Words(t, currency=note.currency, roc=note.show_roc_dates), note.seller)
    table = Table(paper.writer, _columns(t, note, priced))
    title = t("Delivery note")
    pages = sheet.paginate(
        _blocks(note, paper, table, priced), paper.heading(f"{title}　{note.number}", note.buyer), table.head()
    )
    return sheet.write(
        pages,
        t.lang,
        title=fonts.clean(note.number),
        day=note.delivered_on,
        decorate=paper.foot,
        watermark=t(_CANCELLED) if note.is_cancelled else "",
    )


def _columns(t: Translator, note: DeliveryNote, priced: bool) -> list[Column]:
    columns = [
        Column(t("No."), 26.0),
        Column(t("Item and specification"), 0.0),
        Column(t("Qty"), 56.0, "right"),
        Column(t("Unit"), 40.0),
    ]
    if priced:
        columns.append(Column(t("Unit price"), 76.0, "right"))
        if any(line.discount_percent for line in note.lines):
            columns.append(Column(t("Discount"), 44.0, "right"))
    else:
        columns.append(Column(t("Still to come"), 64.0, "right"))
    return columns


def _blocks(note: DeliveryNote, paper: Paper, table: Table, priced: bool) -> list[Block]:
    t = paper.t
    meta = [(t("Delivery no."), note.number), (t("Date"), paper.date(note.delivered_on))]
    ours = f"{note.salesperson}　{note.salesperson_mobile}".strip("　")
    right = [
        (t("Order no."), note.order_number),
        (t("Your order no."), note.customer_reference),
        (t("Our contact"), ours),
    ]
    more = [(t("Project name"), note.project_name), (t("Work site"), note.site)]
    head = [*paper.head([t("Delivery note")], meta), *paper.addressee(note.buyer, more, right), sheet.space(12.0)]
    lines = [_line(table, t, number, line, priced) for number, line in enumerate(note.lines, start=1)]
    if lines:
        lines[-1].with_next = True
    remarks = paper.pairs([(t("Notes"), note.note)], LEFT, WIDTH)
    return [
        *(Block([band]) for band in head),
        Block([table.head()], with_next=True),
        *lines,
        Block([sheet.stack([sheet.space(8.0), *remarks])], with_next=True),
        Block([sheet.stack([sheet.space(14.0), _signatures(note, paper)])], at_bottom=True),
    ]


def _line(table: Table, t: Translator, number: int, line: NoteLine, priced: bool) -> Block:
    cells = [str(number), line.name, format_quantity(line.quantity), line.unit]
    if priced:
        cells.append(f"{line.unit_price.normalize():,f}")
        if len(table.columns) > len(cells):
            cells.append(format_discount(line.discount_percent, t.lang) if line.discount_percent else "")
    else:
        cells.append(format_quantity(line.to_come) if line.to_come else "0")
    return table.row(cells, small=" · ".join(part for part in (line.code, line.specification) if part))


def _signatures(note: DeliveryNote, paper: Paper) -> Band:
    """Three boxes: delivered by, checked by, and the receiver with the day."""
    t = paper.t
    gap = (WIDTH - 3 * SIGN_WIDTH) / 2
    whole = sheet.space(SIGN_HEIGHT)
    said = paper.writer.lines(t("Please check the goods and sign for them."), SMALL, LEFT, WIDTH)
    titles = (t("Delivered by"), t("Checked by"), t("Received by (signature and seal)"))
    for place, title in enumerate(titles):
        x = LEFT + place * (SIGN_WIDTH + gap)
        whole.shapes.append(Shape(x, 0, SIGN_WIDTH, SIGN_HEIGHT, FAINT, dashed=True))
        whole.add(paper.writer.line(title, SMALL, x + PAD, SIGN_WIDTH - 2 * PAD, "centre"), 5.0)
    x = RIGHT - SIGN_WIDTH
    whole.add(paper.writer.line(note.received_by, LABEL, x + GAP, SIGN_WIDTH - 2 * GAP, "centre"), SIGN_HEIGHT / 2)
    whole.add(paper.writer.line(t("Date"), SMALL, x + 10.0, 60.0), SIGN_HEIGHT - 19.0)
    return sheet.stack([*said, sheet.space(4.0), whole])
