"""The company: the details of the letterhead, logo and chop. They travel with the shop file."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from desktop_crm.core.errors import CrmError
from desktop_crm.core.i18n import N_
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import FormSection
from desktop_crm.ui.widgets import company_form
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.file_dialogs import ask_file
from desktop_crm.ui.widgets.labels import Label

if TYPE_CHECKING:
    from desktop_crm.services.company import Letterhead
    from desktop_crm.store.database import Outcome


class CompanySection(FormSection):
    """Names, tax number, address, reach, bank; the pictures are stored at once when they are chosen."""

    said = N_("The company details are stored.")

    def __init__(self, ctx: Context) -> None:
        t = ctx.t
        about = t("This stands at the head of every document. Issued documents keep what they said.")
        super().__init__(ctx, "company", t("Company"), about)
        company_form.add_names(self.form, t, languages=True)
        company_form.add_reach(self.form, t)
        company_form.add_bank(self.form, t)
        self.card().body.addWidget(self.form)
        pictures = self.card(t("Logo and chop"))
        pictures.body.addWidget(Label(t("PNG or JPEG. They are printed on quotations from the next one on."), "muted"))
        self.logo = PictureBox(ctx, t("Logo"), "logo")
        self.chop = PictureBox(ctx, t("Company chop"), "chop")
        row = QHBoxLayout()
        row.setSpacing(ctx.theme.px(24))
        top = Qt.AlignmentFlag.AlignTop  # a sentence under one of them leaves the other where it is
        row.addWidget(self.logo, 1, top)
        row.addWidget(self.chop, 1, top)
        pictures.body.addLayout(row)

    def services(self) -> tuple[Callable[..., Any], Callable[..., Any]]:
        from desktop_crm.services import company

        return company.load, company.change

    def fill(self, stored: Letterhead) -> None:
        self.form.set_values({name: getattr(stored.company, name) for name in self.form.rows})
        self._show_pictures(stored)

    def reload(self) -> None:
        """Read again; over what is typed only the pictures are renewed."""
        self._read(self._show_pictures if self.form.dirty else self.fill)

    def _show_pictures(self, stored: Letterhead) -> None:
        self.logo.show_picture(stored.logo)
        self.chop.show_picture(stored.chop)


class PictureBox(QWidget):
    """A picture with the buttons to choose another one or none."""

    def __init__(self, ctx: Context, name: str, which: str) -> None:
        super().__init__()
        theme, t = ctx.theme, ctx.t
        self.ctx = ctx
        self._name = name
        self._which = which
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(8))
        self.picture = Label(t("None yet"), "muted")
        self.picture.setProperty("look", "picture")
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setFixedHeight(theme.px(120))
        self.picture.setMinimumWidth(theme.px(140))
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        self.choose_button = button(t("Choose a picture ..."), self._ask, theme=theme, picture="image")
        self.remove_button = button(t("Remove"), lambda: self.store(None))
        for one in (self.choose_button, self.remove_button):
            one.setAccessibleName(f"{name}: {one.text()}")
        column.addWidget(Label(name, "small"))
        column.addWidget(self.picture)
        column.addWidget(self.error)
        column.addWidget(ButtonRow(theme, [self.choose_button, self.remove_button]))
        self.show_picture(None)

    def show_picture(self, content: bytes | None) -> None:
        """Show what is stored; it is small and was written by us."""
        image = QImage.fromData(content) if content else QImage()
        self.remove_button.setVisible(bool(content))
        if image.isNull():
            self.picture.setPixmap(QPixmap())
            self.picture.setText(self.ctx.t("None yet"))
            return
        margin = self.ctx.theme.px(16)
        room = QSize(self.ctx.theme.px(280), self.picture.height() - margin)
        ratio = self.devicePixelRatioF()
        scaled = QPixmap.fromImage(image).scaled(
            room * ratio, Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation
        )
        scaled.setDevicePixelRatio(ratio)
        self.picture.setPixmap(scaled)
        self.picture.setAccessibleName(self._name)

    def take(self, path: Path) -> None:
        """Look at a file in the worker, then store it."""
        from desktop_crm.services import pictures

        self._say("")
        self.choose_button.setEnabled(False)
        title = self.ctx.t("Reading the picture")
        self.ctx.tasks.heavy(pictures.prepare, path, done=self.store, failed=self._refused, owner=self, title=title)

    def store(self, content: bytes | None) -> None:
        """Keep a prepared picture in the shop, or take it away."""
        from desktop_crm.services import company

        self.choose_button.setEnabled(True)
        self.ctx.tasks.write(company.set_picture, self._which, content, done=self._stored, owner=self)

    def _stored(self, outcome: Outcome[None]) -> None:
        self.ctx.toast(self.ctx.t("%(name)s: stored.", name=self._name), outcome.changed.batch_id)

    def _refused(self, error: BaseException) -> None:
        self.choose_button.setEnabled(True)
        self.choose_button.setFocus()  # it went elsewhere while the picture was read
        if isinstance(error, CrmError):
            self._say(self.ctx.t.error(error))
        else:
            self.ctx.tasks.failure.emit(error)

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _ask(self) -> None:
        t = self.ctx.t
        file = ask_file(self, t("Choose a picture"), t("Pictures (*.png *.jpg *.jpeg)"))
        if file is not None:
            self.take(file)
