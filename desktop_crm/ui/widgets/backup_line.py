"""The age of the last copy outside this computer, in the status bar; a click leads to the settings."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QPushButton

from desktop_crm.ui.backup_keeper import BackupKeeper
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.labels import restyle, tooltip

LOOKS = {"muted": "status", "warn": "status-warn"}


class BackupLine(QPushButton):
    """Hidden while there is nothing to say."""

    def __init__(self, ctx: Context) -> None:
        super().__init__()
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self._t = ctx.t
        restyle(self, LOOKS["muted"])
        self.hide()
        self._keeper = BackupKeeper.of(ctx)
        self._keeper.changed.connect(self.refresh)

    def refresh(self) -> None:
        """Say how it stands now."""
        pill = self._keeper.line()
        self.setVisible(pill is not None)
        if pill is not None:
            self.setText(pill.text.replace("&", "&&"))
            self.setAccessibleName(pill.text)
            self.setToolTip(tooltip(self._keeper.trouble or self._t("Where the backups go")))
            restyle(self, LOOKS[pill.tone])
