"""Qt's own texts, as in file dialogs and the menus of text fields, in the user's language."""

from __future__ import annotations

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QObject, QTimer, QTranslator

from desktop_crm.core.i18n import N_, Translator, translator

LATER = 1000  # milliseconds that the start has to itself
# What Qt 6.12 shows in its file dialog and has no Chinese for; the catalogues of Qt know older words for it.
MISSING = {
    ("QFileDialog", "&Look in:"): N_("Look in:"),
    ("QFileDialog", "Files of &type:"): N_("Kind of file:"),
    ("QAbstractFileIconProvider", "Folder"): N_("Folder"),
    ("QAbstractFileIconProvider", "Drive"): N_("Drive"),
}


class QtTexts(QObject):
    """Installs Qt's catalogue of a language, and a little later what that lacks."""

    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self._catalogue = QTranslator(self)
        self._rest = _Rest(self)
        self._lang = "en"

    def speak(self, lang: str) -> None:
        """Say Qt's texts in ``lang`` from now on."""
        if self._catalogue.language() == lang:
            return
        for installed in (self._catalogue, self._rest):
            QCoreApplication.removeTranslator(installed)
        if self._catalogue.load(f"qtbase_{lang}", QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)):
            QCoreApplication.installTranslator(self._catalogue)
        self._lang = lang
        QTimer.singleShot(LATER, self, self.complete)

    def complete(self) -> None:
        """Add what the catalogue lacks: no window that is open needs it, and reading our own texts takes a while."""
        if self._lang != "en":
            self._rest.t = translator(self._lang)
            QCoreApplication.installTranslator(self._rest)


class _Rest(QTranslator):
    t: Translator

    def translate(self, context: str, source: str, _comment: str | None = None, _count: int = -1) -> str:
        text = MISSING.get((context, source))
        return self.t(text) if text else ""
