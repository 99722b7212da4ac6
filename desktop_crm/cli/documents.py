"""The commands that make something of the shop: ``quote pdf``, ``report segments``, ``grade``."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from desktop_crm.cli import opening, terminal
from desktop_crm.cli.shop_files import FILE, known_language
from desktop_crm.cli.terminal import Column
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.models import QuotationRevision
    from desktop_crm.services.grading import GradingPreview

OUT = typer.Option(..., "-o", "--out", metavar="OUT", help=N_("The file to write."))
NUMBER = typer.Argument(metavar="NUMBER", help=N_("The number of the quotation."))
PDF_HELP = N_("Write a quotation as PDF: what was issued as it was stored, else a copy drawn now.")
PDF_EXAMPLE = "desktop-crm quote pdf shop.dcrm Q2026-0012 --lang en -o quote.pdf"
GRADE_HELP = N_("Show who would move to another grade and why; with --apply do it.")
GRADE_EXAMPLE = "desktop-crm grade shop.dcrm --apply"
SEGMENTS_HELP = N_("Write the workbook of customer segments for the accountant.")
SEGMENTS_EXAMPLE = "desktop-crm report segments shop.dcrm -o segments.xlsx"
MOST = 30  # movers shown


def add_to(app: typer.Typer) -> None:
    """Add these commands."""
    quote = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    quote.command("pdf", help=PDF_HELP, epilog=PDF_EXAMPLE)(quote_pdf)
    quote.callback(help=N_("Quotations as documents."))(_group)
    report = typer.Typer(rich_markup_mode=None, no_args_is_help=True)
    report.command("segments", help=SEGMENTS_HELP, epilog=SEGMENTS_EXAMPLE)(report_segments)
    report.callback(help=N_("Workbooks."))(_group)
    app.add_typer(quote, name="quote")
    app.add_typer(report, name="report")
    app.command("grade", help=GRADE_HELP, epilog=GRADE_EXAMPLE)(grade)


def _group() -> None:
    """A command of commands does nothing itself."""


def quote_pdf(
    ctx: typer.Context,
    file: Path = FILE,
    number: str = NUMBER,
    lang: str = typer.Option("", help=N_("Another language: zh_TW, zh_CN or en. Default: that of the quotation.")),
    revision: int | None = typer.Option(
        None, min=1, metavar="R", help=N_("A revision. Default: the latest issued one.")
    ),
    out: Path = OUT,
) -> None:
    known_language(lang)
    with opening.reading(file) as session:
        content = _pdf(session, number, lang, revision)
    terminal.write_file(out, content)
    t: Translator = ctx.obj
    terminal.show([t("%(path)s was written.", path=str(out))])


def _pdf(session: Session, number: str, lang: str, revision: int | None) -> bytes:
    """The stored PDF in its own language, or a copy; of the latest issued revision unless one is named."""
    from desktop_crm.models import Quotation
    from desktop_crm.services import quotation_view
    from desktop_crm.services.quotation_records import issued_of, revision_of
    from desktop_crm.services.records import fetch
    from desktop_crm.store import blobs

    key = quotation_view.find_number(session, number)
    if key is None:
        raise UserError(
            N_("There is no quotation %(number)s."), N_("desktop-crm list shows what there is."), number=number
        )
    quotation = fetch(session, Quotation, key)
    latest = issued_of(session, quotation)
    shown = revision_of(session, key, revision or (latest.revision if latest else quotation.current_revision))
    is_own = lang in ("", shown.language)
    stored = blobs.load(session, shown.pdf_sha) if is_own else None
    return stored or _copy(session, shown, lang)


def _copy(session: Session, shown: QuotationRevision, lang: str) -> bytes:
    from desktop_crm.core.i18n import translator
    from desktop_crm.reports import quotation_pdf
    from desktop_crm.services import quotation_view

    sheet = quotation_view.snapshot(session, shown.quotation_id, shown.revision, is_copy=shown.issued_at is not None)
    second = translator(shown.second_language) if shown.second_language and not lang else None
    return quotation_pdf.render(sheet, translator(lang or shown.language), second=second)


def report_segments(ctx: typer.Context, file: Path = FILE, out: Path = OUT) -> None:
    from desktop_crm.reports import segment_workbook
    from desktop_crm.services import segment_figures

    t: Translator = ctx.obj
    with opening.reading(file) as session:
        data = segment_figures.load(session)
    terminal.write_file(out, segment_workbook.build(data, t))
    terminal.show([t("%(path)s was written.", path=str(out))])


def grade(
    ctx: typer.Context,
    file: Path = FILE,
    apply: bool = typer.Option(False, "--apply", help=N_("Give everybody the new grade.")),
    moved: bool = opening.MOVED,
    copy: str = opening.COPY,
) -> None:
    from desktop_crm.services import grading

    t: Translator = ctx.obj
    if not apply:
        with opening.reading(file) as session:
            preview = grading.preview(session)
            terminal.show(_movers(session, t, preview))
        return
    with opening.writing(file, t, moved=moved, copy=copy) as shop:
        with shop.database.read() as session:
            preview = grading.preview(session)
            lines = _movers(session, t, preview)
        if preview.movers:
            shop.database.run(grading.apply, preview)
    terminal.show([*lines, t("The new grades are in force.")])


def _movers(session: Session, t: Translator, preview: GradingPreview) -> list[str]:
    from desktop_crm.core.settings import Trade
    from desktop_crm.services import settings

    t.home_currency = settings.load(session, Trade).currency
    shares = [
        [share.grade, t.number(share.customers), f"{share.customer_share:.1%}", f"{share.revenue_share:.1%}"]
        for share in preview.shares
    ]
    columns = [Column(t("Grade")), *(Column(t(title), True) for title in (N_("Customers"), N_("Share"), N_("Revenue")))]
    lines = [*terminal.table(columns, shares), ""]
    count = len(preview.movers)
    lines.append(t.plural("%(count)s customer would move.", "%(count)s customers would move.", count))
    rows = [
        [mover.name, mover.old_grade or "-", mover.new_grade, " · ".join(r.text(t) for r in mover.reasons)]
        for mover in preview.movers[:MOST]
    ]
    titles = [Column(t(title)) for title in (N_("Customer"), N_("Now"), N_("New grade"), N_("Why"))]
    if rows:
        lines += terminal.table(titles, rows)
    if count > MOST:
        lines.append(t("... and %(count)s more.", count=count - MOST))
    return lines
