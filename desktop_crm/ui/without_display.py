"""The main job on a machine without a display: a shop, a quotation as PDF, the workbook, a picture of every tab."""

from __future__ import annotations

import os
import sys
import uuid
from decimal import Decimal
from pathlib import Path
from typing import TYPE_CHECKING

from desktop_crm.core import paths
from desktop_crm.core.errors import CrmError, EnvironmentFault
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, translator
from desktop_crm.ui import shop_files

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.shops import Shop

USERS_FAULT, ENVIRONMENTS_FAULT = 2, 3  # exit codes, as on the command line


def run(shop: Path | None = None) -> int:
    """Do it with ``shop`` or the sample shop and say where the results are; the exit code."""
    t = translator(DEFAULT_LANGUAGE)
    print(t("There is no display, so the main job is done without a window."), flush=True)
    os.environ |= {"QT_QPA_PLATFORM": "offscreen", "QT_LOGGING_RULES": "default.warning=false"}
    folder = paths.data_dir() / "without-display"
    try:
        for file in _results(shop or shop_files.sample_path(), folder):
            print(file, flush=True)
    except CrmError as error:
        print(t.error(error), file=sys.stderr)
        return ENVIRONMENTS_FAULT if isinstance(error, EnvironmentFault) else USERS_FAULT
    return 0


def _results(path: Path, folder: Path) -> list[Path]:
    if path == shop_files.sample_path() and not path.exists():
        shop_files.create_sample(path)
    folder.mkdir(parents=True, exist_ok=True)
    shop = shop_files.open_asking(path)
    try:
        made = [path, write_quotation(shop, folder), write_workbook(shop, folder)]
    finally:
        shop.close()
    from desktop_crm.ui import screenshots

    for mode in ("light", "dark"):
        made += screenshots.render_shop(path, folder, lang=DEFAULT_LANGUAGE, mode=mode)
    return made


def write_quotation(shop: Shop, folder: Path) -> Path:
    """Quote three products to the first customer, issue it, and keep its PDF in ``folder``."""
    from desktop_crm.reports import quotation_pdf
    from desktop_crm.services import quotation_view, quotations

    t = translator(DEFAULT_LANGUAGE)
    draft = shop.database.run(_draft).result
    shop.database.run(quotations.issue, draft, lambda snapshot: quotation_pdf.render(snapshot, t))
    with shop.database.read() as session:
        number = quotation_view.load(session, draft).number
        content = quotation_view.pdf(session, draft)
    file = folder / f"{number}.pdf"
    file.write_bytes(content or b"")
    return file


def write_workbook(shop: Shop, folder: Path) -> Path:
    """Write the segment workbook into ``folder``."""
    from desktop_crm.reports import segment_workbook
    from desktop_crm.services import segment_figures

    with shop.database.read() as session:
        data = segment_figures.load(session)
    file = folder / "segments.xlsx"
    file.write_bytes(segment_workbook.build(data, translator(DEFAULT_LANGUAGE)))
    return file


def _draft(session: Session) -> uuid.UUID:
    """A draft quotation of three products. Raises UserError in a shop without customers or products."""
    from desktop_crm.core.errors import UserError
    from desktop_crm.core.i18n import N_
    from desktop_crm.services import customer_list, products, quotation_view, quotations
    from desktop_crm.services.document_lines import DraftLine

    customers = customer_list.window(session, customer_list.CustomerQuery(), 0, 1)
    goods = products.listed(session)[:3]
    if not customers or not goods:
        raise UserError(N_("The shop has no customers or products to quote."), N_("Add some first."))
    draft = quotations.create_draft(session, customers[0].id)
    lines = [
        DraftLine(one.name, Decimal(2), one.list_price or Decimal(0), product_id=one.id, code=one.code, unit=one.unit)
        for one in goods
    ]
    return quotations.save_draft(session, draft, quotation_view.load(session, draft).header, lines)
