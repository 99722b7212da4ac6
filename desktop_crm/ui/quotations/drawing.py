"""Drawing a sheet in the worker process; imported there, therefore without Qt."""

from __future__ import annotations

from desktop_crm.core.i18n import translator
from desktop_crm.models.snapshot import QuotationSnapshot


def draw(snapshot: QuotationSnapshot, language: str, second_language: str = "") -> bytes:
    """The PDF of a sheet in one or two languages."""
    from desktop_crm.reports import quotation_pdf

    second = translator(second_language) if second_language else None
    return quotation_pdf.render(snapshot, translator(language), second=second)
