"""Backups: where they go, how old they are, and what to do now."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices

from desktop_crm.core import paths
from desktop_crm.core.errors import CrmError
from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.backup_restore import moment_text, size_text
from desktop_crm.ui.context import Context
from desktop_crm.ui.settings.section import Section
from desktop_crm.ui.widgets.buttons import ButtonRow, button
from desktop_crm.ui.widgets.file_dialogs import ask_folder
from desktop_crm.ui.widgets.labels import ElidedLabel, Label, Note

if TYPE_CHECKING:
    from desktop_crm.services.backups import Place
    from desktop_crm.store.rotation import Copy


class BackupSection(Section):
    """This computer and a second place, each with its newest copy."""

    def __init__(self, ctx: Context) -> None:
        t, theme = ctx.t, ctx.theme
        about = t(
            "Every half hour when something changed, when the window closes and before large steps, the shop is "
            "copied and the copy read through. The last 10 copies stay, and those of 14 days, 8 weeks and 12 months."
        )
        super().__init__(ctx, t("Backup"), about)
        self.keeper = BackupKeeper.of(ctx)
        self.note = Note(theme, "warning")
        self.note.hide()
        self.trouble = Note(theme, "warning")
        self.trouble.hide()
        self.column.addWidget(self.note)
        self.column.addWidget(self.trouble)
        here = self.card(t("On this computer"))
        self.here_line = Label("", "soft", wrap=True)
        self.folder_line = ElidedLabel("", "muted")
        self.now_button = button(t("Back up now"), self.back_up, primary=True, theme=theme, picture="save")
        self.restore_button = button(t("Restore a backup ..."), self._restore, theme=theme, picture="history")
        self.open_button = button(t("Show the folder"), self._open_folder, theme=theme, picture="folder-open")
        for widget in (self.here_line, self.folder_line):
            here.body.addWidget(widget)
        here.body.addWidget(ButtonRow(theme, [self.now_button, self.restore_button, self.open_button]))
        away = self.card(t("Outside this computer"))
        text = t("A USB disk or a cloud folder: if this computer breaks or is stolen, the shop is still there.")
        self.away_line = Label("", "soft", wrap=True)
        self.place_line = ElidedLabel("", "muted")
        self.error = Label("", "error", wrap=True)
        self.error.hide()
        self.choose_button = button(t("Choose a folder ..."), self._ask, theme=theme, picture="folder-open")
        self.drop_button = button(t("No second place"), lambda: self._use(None))
        for widget in (Label(text, "muted", wrap=True), self.away_line, self.place_line, self.error):
            away.body.addWidget(widget)
        away.body.addWidget(ButtonRow(theme, [self.choose_button, self.drop_button]))
        self.keeper.changed.connect(self.reload)

    def first_shown(self) -> None:
        self.keeper.look()
        self.reload()

    def reload(self) -> None:
        """Read which copies there are."""
        from desktop_crm.services import backups

        if self.ctx.path is not None:
            args = (self.ctx.path, paths.backups_dir(), self.keeper.outside)
            self.ctx.tasks.background(backups.copies, *args, done=self._show, owner=self)

    def back_up(self) -> None:
        """Make a copy now, at both places."""
        self.keeper.run(always=True)

    def take(self, folder: Path) -> None:
        """Try a folder as the second place."""
        from desktop_crm.services import backups

        self._say("")
        if self.ctx.path is not None:
            self.ctx.tasks.background(
                backups.prepare_place, folder, self.ctx.path, done=self._use, failed=self._refused, owner=self
            )

    def _use(self, place: Place | None) -> None:
        self.keeper.set_outside(place.folder if place else None)
        self.note.say("", "")
        if place is not None and place.same_disk:
            self.note.say(
                self.ctx.t("This folder is on the same disk as the shop."),
                self.ctx.t("If the disk breaks, both are lost. A USB disk or a cloud folder is safer."),
            )
        self.reload()

    def _refused(self, error: BaseException) -> None:
        if isinstance(error, CrmError):
            self._say(self.ctx.t.error(error))
        else:
            self.ctx.tasks.failure.emit(error)

    def _say(self, sentence: str) -> None:
        self.error.setText(sentence)
        self.error.setVisible(bool(sentence))

    def _show(self, copies: list[Copy]) -> None:
        t, outside = self.ctx.t, self.keeper.outside
        self.trouble.say(t("The last backup failed") if self.keeper.trouble else "", self.keeper.trouble)
        here = [copy for copy in copies if copy.path.is_relative_to(paths.backups_dir())]
        away = [copy for copy in copies if outside is not None and copy.path.is_relative_to(outside)]
        self.here_line.setText(
            self._words(here) or t("No copy yet; the first is made by itself when something changed.")
        )
        self.folder_line.setText(str(here[0].path.parent if here else paths.backups_dir()))
        self.place_line.setVisible(outside is not None)
        self.place_line.setText(str(outside or ""))
        self.drop_button.setVisible(outside is not None)
        there = self.keeper.situation is None or self.keeper.situation.outside_there
        if outside is None:
            self.away_line.setText(t("No second place is chosen yet."))
        elif not there:
            self.away_line.setText(t("The disk or folder is not there now; the next backup goes there by itself."))
        else:
            self.away_line.setText(self._words(away) or t("No copy there yet."))

    def _words(self, copies: list[Copy]) -> str:
        if not copies:
            return ""
        t = self.ctx.t
        first = t("Newest copy: %(when)s.", when=moment_text(t, copies[0].made))
        size = size_text(t, sum(copy.size for copy in copies))
        many = t.plural(
            "%(count)s copy, %(size)s together.", "%(count)s copies, %(size)s together.", len(copies), size=size
        )
        return f"{first}{'' if t.lang.startswith('zh') else ' '}{many}"

    def _restore(self) -> None:
        self.ctx.actions.get("restore").trigger()

    def _open_folder(self) -> None:
        QDesktopServices.openUrl(QUrl.fromLocalFile(self.folder_line.text()))

    def _ask(self) -> None:
        folder = ask_folder(self, self.ctx.t("A folder on another disk or in the cloud"))
        if folder is not None:
            self.take(folder)
