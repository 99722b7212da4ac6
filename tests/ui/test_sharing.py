"""Quotations on their way out: by mail and on paper."""

from __future__ import annotations

import io
from collections.abc import Iterator
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

import pypdf
import pytest
from PySide6.QtGui import QDesktopServices, QGuiApplication
from PySide6.QtPrintSupport import QPrintDialog, QPrinter
from PySide6.QtWidgets import QApplication, QDialog
from pytestqt.qtbot import QtBot
from reportlab.pdfgen.canvas import Canvas

from desktop_crm.models.quotation import QuotationState
from desktop_crm.services import contacts, customers
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.ui.context import Context
from desktop_crm.ui.quotations import page as page_module
from desktop_crm.ui.quotations.page import QuotationsPage
from desktop_crm.ui.settings.mail import MailSection
from desktop_crm.ui.widgets import printing
from desktop_crm.ui.widgets.mail_dialog import MailDialog
from desktop_crm.ui.widgets.printing import PrintJob, PrintPreview, printer_for
from desktop_crm.ui.widgets.share import Sheet
from tests.ui.quotes import fill, issued, shown, view, write


@pytest.fixture(autouse=True)
def clean_clipboard(qapp: QApplication) -> Iterator[None]:
    """Leave nothing behind."""
    yield
    QGuiApplication.clipboard().clear()


@pytest.fixture
def toasts(ctx: Context) -> list[str]:
    heard: list[str] = []
    ctx.toasted.connect(lambda text, _batch: heard.append(text))
    return heard


class Opened(list[str]):
    """The addresses handed to the system; ``answers`` says of which beginnings it knows a program."""

    answers: tuple[str, ...] = ("file:", "mailto:")


@pytest.fixture
def opened(monkeypatch: pytest.MonkeyPatch) -> Opened:
    heard = Opened()

    def take(url: object) -> bool:
        heard.append(url.toString())  # type: ignore[attr-defined]
        return heard[-1].startswith(heard.answers)

    monkeypatch.setattr(QDesktopServices, "openUrl", take)
    return heard


@pytest.fixture
def page(ctx: Context, qtbot: QtBot) -> QuotationsPage:
    customer = fill(ctx)
    write(ctx, contacts.create, customer, {"name": "王"}, (Point("email", "wang@hongyi.example"),))
    issued(ctx, customer)
    return shown(ctx, qtbot)


def dialog_of(page: QuotationsPage) -> MailDialog:
    page.do("mail")
    return next(one for one in page.findChildren(MailDialog) if one.isVisible())


def sent_file(home: Path) -> EmailMessage:
    (path,) = home.rglob("*.eml")
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_the_mail_opens_with_the_pdf_attached(
    page: QuotationsPage, opened: Opened, toasts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(page_module, "confirm", lambda _ctx, what, *_rest: asked.append(what))
    dialog = dialog_of(page)
    shown_view = page.card.shown
    assert shown_view is not None
    assert dialog.to.currentText() == "wang@hongyi.example"
    dialog.body.setPlainText("您好")
    dialog._save.click()
    assert not dialog.isVisible()
    message = sent_file(tmp_path)
    assert message["X-Unsent"] == "1"
    assert shown_view.number in message["Subject"]
    assert [one.addr_spec for one in message["To"].addresses] == ["wang@hongyi.example"]
    (part,) = message.iter_attachments()
    assert part.get_content() == b"%PDF-1.4 of the test"
    assert str(part.get_filename()).endswith("宏益建設有限公司.pdf")
    assert len(opened) == 1
    assert opened[0].endswith(".eml")
    assert len(asked) == 1
    assert view(page.ctx, shown_view.id).state == QuotationState.ISSUED, "a no leaves it issued"


def test_it_is_marked_as_sent_when_the_user_says_so(
    page: QuotationsPage, opened: Opened, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "confirm", lambda *_args: True)
    dialog_of(page)._save.click()
    assert page.card.shown is not None
    assert view(page.ctx, page.card.shown.id).state == QuotationState.SENT


def test_without_a_program_for_mail_files_a_link_opens_and_the_pdf_is_on_the_clipboard(
    page: QuotationsPage, opened: Opened, toasts: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page_module, "confirm", lambda *_args: False)
    opened.answers = ("mailto:",)
    dialog_of(page)._save.click()
    assert [url.partition(":")[0] for url in opened] == ["file", "mailto"]
    (file,) = QGuiApplication.clipboard().mimeData().urls()
    assert file.fileName().endswith(".pdf")
    assert page.ctx.t("The mail is open without the PDF. The file is on the clipboard: Ctrl+V attaches it.") in toasts


def test_without_any_mail_program_the_folder_opens(page: QuotationsPage, opened: Opened, toasts: list[str]) -> None:
    opened.answers = ()
    dialog = dialog_of(page)
    dialog.without.click()
    assert not dialog.isVisible()
    assert [url.partition(":")[0] for url in opened] == ["mailto", "file"]
    assert page.ctx.t("No mail program answers. The PDF is on the clipboard, and its folder is open.") in toasts


def test_a_wrong_address_is_said_at_the_field(page: QuotationsPage, opened: Opened) -> None:
    dialog = dialog_of(page)
    dialog.to.setCurrentText("nobody")
    for button in (dialog._save, dialog.without):
        button.click()
        assert dialog.isVisible()
        assert dialog.form.rows["to"]._error.text()
    assert opened == []


def test_the_texts_are_edited_in_the_settings(ctx: Context, qtbot: QtBot) -> None:
    section = MailSection(ctx)
    qtbot.addWidget(section)
    section.first_shown()
    assert "{number}" in section.form.texts()["subject_en"]
    section.form.set_texts({"subject_en": "Offer {number}"})
    assert section.can_save
    section.save()
    assert not section.can_save
    assert section.form.texts()["subject_en"] == "Offer {number}"


def test_each_kind_of_document_has_texts_of_its_own(ctx: Context, qtbot: QtBot) -> None:
    section = MailSection(ctx)
    qtbot.addWidget(section)
    section.first_shown()
    rows = section.form.rows
    section.kinds.choose("statement")
    assert rows["subject_en"].isHidden()
    assert not rows["statement_subject_en"].isHidden()
    section.form.set_texts({"statement_body_en": "Dear all", "body_en": "x" * 2000})
    section.save()
    assert not rows["body_en"].isHidden(), "the text at fault is shown"
    section.form.set_texts({"body_en": ""})
    section.save()
    assert section.form.texts()["statement_body_en"] == "Dear all"
    assert "{number}" in section.form.texts()["body_en"]


# -- paper -----------------------------------------------------------------------------------------


def pdf(*sizes: tuple[float, float]) -> bytes:
    """A page of each size in points."""
    made = io.BytesIO()
    canvas = Canvas(made)
    for number, size in enumerate(sizes or ((595.0, 842.0),), start=1):
        canvas.setPageSize(size)
        canvas.setFillColorRGB(0, 0, 0)
        canvas.rect(0, 0, size[0] / 2, size[1], fill=1)
        canvas.drawString(size[0] * 0.6, 100, f"page {number}")
        canvas.showPage()
    canvas.save()
    return made.getvalue()


def into_file(printer: QPrinter, path: Path) -> QPrinter:
    printer.setOutputFormat(QPrinter.OutputFormat.PdfFormat)
    printer.setOutputFileName(str(path))
    return printer


def test_the_pages_come_out_at_their_size(ctx: Context, qtbot: QtBot, tmp_path: Path) -> None:
    content = pdf((595.0, 842.0), (595.0, 842.0))
    printer = into_file(printer_for(content), tmp_path / "out.pdf")
    job = PrintJob(content, printer, ctx)
    with qtbot.waitSignal(job.ended) as ended:
        job.start()
    assert ended.args == [True]
    pages = pypdf.PdfReader(tmp_path / "out.pdf").pages
    assert [(round(float(p.mediabox.width)), round(float(p.mediabox.height))) for p in pages] == [(595, 842)] * 2


def test_only_the_pages_asked_for_are_printed(ctx: Context, qtbot: QtBot, tmp_path: Path) -> None:
    content = pdf(*[(595.0, 842.0)] * 3)
    printer = into_file(printer_for(content), tmp_path / "out.pdf")
    printer.setPrintRange(QPrinter.PrintRange.PageRange)
    printer.setFromTo(2, 9)
    job = PrintJob(content, printer, ctx)
    with qtbot.waitSignal(job.ended):
        job.start()
    assert len(pypdf.PdfReader(tmp_path / "out.pdf").pages) == 2


def test_ctrl_p_shows_the_sheet_and_then_asks_the_system(
    page: QuotationsPage, qtbot: QtBot, toasts: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    printers: list[QPrinter] = []

    def accept(self: QPrintDialog) -> int:
        printers.append(into_file(self.printer(), tmp_path / "out.pdf"))
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    content = pdf()
    monkeypatch.setattr("desktop_crm.ui.quotations.sharing.sheet_of", lambda *_args: Sheet(content, "Q1.pdf"))
    page.print_record()
    (preview,) = page.findChildren(PrintPreview)
    assert preview.pdf.page_count() == 1
    assert not printers
    preview.print_button.click()
    qtbot.waitUntil(lambda: page.ctx.t("%(name)s went to the printer.", name="Q1.pdf") in toasts)
    assert len(pypdf.PdfReader(tmp_path / "out.pdf").pages) == 1


def test_where_printing_fails_the_pdf_opens_elsewhere(
    ctx: Context,
    page: QuotationsPage,
    opened: Opened,
    toasts: list[str],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    def accept(self: QPrintDialog) -> int:
        into_file(self.printer(), tmp_path / "missing" / "out.pdf")
        return int(QDialog.DialogCode.Accepted)

    monkeypatch.setattr(QPrintDialog, "exec", accept)
    printing.Printing(ctx, page).print_sheet(Sheet(b"no PDF", "Q1.pdf"), seen=True)
    assert opened[-1].endswith("Q1.pdf")
    assert len(toasts) == 1


def test_a_customer_without_an_address_gets_an_empty_field(ctx: Context, qtbot: QtBot, opened: Opened) -> None:
    fill(ctx)
    issued(ctx, write(ctx, customers.create, CustomerForm({"name": "晨光"})))
    page = shown(ctx, qtbot)
    assert dialog_of(page).to.currentText() == ""
