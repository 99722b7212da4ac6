"""A quotation of twenty lines as PDF, warm in memory and cold through the command line, against bare reportlab."""

from __future__ import annotations

import tempfile
from decimal import Decimal
from pathlib import Path

from benchmarks import stock_pdf
from benchmarks.measuring import Line, environment, median, milliseconds, spread, start, times
from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Company
from desktop_crm.models.snapshot import QuotationSnapshot
from desktop_crm.reports import quotation_pdf
from desktop_crm.services import customers, quotation_view, quotations, settings, shops
from desktop_crm.services.customers import CustomerForm
from desktop_crm.services.document_lines import DraftLine

WARM_BAR, COLD_BAR = 20.0, 0.9
WARM_COUNT, COLD_COUNT = 40, 7
AGAINST = "reportlab alone: same font, 20 rows of 7 texts"
GOODS = (
    "循環水泵 1HP",
    "不鏽鋼水管 DN25",
    "分離式冷氣 7.2kW 安裝",
    "Pressure gauge 0-10 bar",
    "配電箱更換（含無熔絲開關）",
)


def lines() -> list[Line]:
    """Warm and cold."""
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as place:
        folder = Path(place)
        number, snapshot = _quotation(folder / "shop.dcrm")
        return [_warm(snapshot, folder), _cold(number, folder)]


def _quotation(path: Path) -> tuple[str, QuotationSnapshot]:
    """Issue a quotation without a stored PDF, so that the command has to draw it."""
    shop = shops.create_shop(path, "明德水電工程行")
    try:
        run = shop.database.run
        company = Company(name="明德水電工程行", tax_number="04595257", address="臺中市西區民生路 100 號")
        run(settings.save, company)
        customer = run(customers.create, CustomerForm({"name": "宏益建設股份有限公司"})).result
        quotation = run(quotations.create_draft, customer).result
        with shop.database.read() as session:
            header = quotation_view.load(session, quotation).header
        typed = [
            DraftLine(GOODS[place % len(GOODS)], Decimal(place + 1), Decimal(1280 + place), unit="式")
            for place in range(20)
        ]
        run(quotations.save_draft, quotation, header, typed)
        run(quotations.issue, quotation, lambda _snapshot: b"")
        with shop.database.read() as session:
            snapshot = quotation_view.snapshot(session, quotation, 1, is_copy=True)
        return snapshot.number, snapshot
    finally:
        shop.close()


def _warm(snapshot: QuotationSnapshot, folder: Path) -> Line:
    t = translator("zh_TW")
    ours = times(lambda: quotation_pdf.render(snapshot, t), WARM_COUNT, warm=3)
    bare = times(lambda: stock_pdf.draw(folder / "stock.pdf"), WARM_COUNT, warm=3)
    return Line(
        "Quotation of 20 lines to PDF, warm, median", median(ours), "ms", WARM_BAR, median(bare), AGAINST,
        details=spread(ours),
    )  # fmt: skip


def _cold(number: str, folder: Path) -> Line:
    """Each start is a new process whose bytecode is on disk, as that of an installed program."""
    env = environment(folder, folder / "bytecode")
    command = ["-m", "desktop_crm", "quote", "pdf", str(folder / "shop.dcrm"), number, "-o", str(folder / "out.pdf")]
    stock = ["-m", "benchmarks.stock_pdf", str(folder / "stock.pdf")]
    ours, bare = [], []
    for turn in range(COLD_COUNT + 1):
        pair = milliseconds(lambda: start(command, env)), milliseconds(lambda: start(stock, env))
        if turn:  # the first one has compiled the bytecode
            ours.append(pair[0])
            bare.append(pair[1])
    return Line(
        "Quotation of 20 lines to PDF, cold by the command line, median", median(ours) / 1000, "s", COLD_BAR,
        median(bare) / 1000, AGAINST + ", in a new process", details=spread(ours),
    )  # fmt: skip
