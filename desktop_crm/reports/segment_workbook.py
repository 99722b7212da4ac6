"""The segment workbook: what an accountant gets of a grading, in formulas that already hold their values."""

from __future__ import annotations

from desktop_crm.core.i18n import Translator
from desktop_crm.reports import segment_sheets, segment_summary
from desktop_crm.reports.segment_layout import Layout
from desktop_crm.reports.workbook import Book
from desktop_crm.services.segment_figures import SegmentData


def build(data: SegmentData, t: Translator, *, roc_dates: bool = False) -> bytes:
    """The .xlsx file of ``data`` in the language of ``t``, dates of the ROC calendar if wished."""
    book = Book(roc_dates=roc_dates, money_digits=data.digits)
    layout = Layout(book, data, t)
    summary = book.sheet(t("Summary"))
    customers = segment_sheets.customers(layout)
    movement = book.sheet(t("Movement"))
    orders = segment_sheets.orders(layout)
    receivables = segment_sheets.receivables(layout)
    segment_summary.summary(layout, summary, customers, orders, receivables)
    segment_summary.movement(layout, movement, customers)
    segment_sheets.definitions(layout)
    for sheet in book.sheets:
        sheet.set_page(
            f"{data.shop}  {t('Customer segments')}", layout.period(), pages_high=2 if sheet is summary else 0
        )
    return book.save()
