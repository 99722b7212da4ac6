"""The guide in a window of its own: contents and search at the left, the page at the right."""

from __future__ import annotations

import re
from collections.abc import Sequence

from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QTextCursor, QTextDocument
from PySide6.QtWidgets import (
    QDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QTextBrowser,
    QVBoxLayout,
    QWidget,
)

from desktop_crm.core import guide
from desktop_crm.core.guide import GuidePage
from desktop_crm.ui import guide_dress, shortcut_sheet
from desktop_crm.ui.actions import shown_key
from desktop_crm.ui.context import Context
from desktop_crm.ui.widgets.buttons import button
from desktop_crm.ui.widgets.labels import Label
from desktop_crm.ui.widgets.search_box import SearchBox

MARKDOWN = QTextDocument.MarkdownFeature.MarkdownDialectGitHub | QTextDocument.MarkdownFeature.MarkdownNoHTML
KEYS = re.compile(r"`((?:(?:Ctrl|Alt|Shift)\+)+[^`]+)`")  # written as this system writes them
KEY_ROLE = int(Qt.ItemDataRole.UserRole)


class GuideWindow(QDialog):
    """Stays open beside the work. ``tabs`` are the titles of the tabs, for the shortcut sheet."""

    def __init__(self, ctx: Context, tabs: Sequence[str], parent: QWidget) -> None:
        super().__init__(parent)
        self._ctx = ctx
        t = ctx.t
        self.pages = [*guide.pages(t.lang), shortcut_sheet.sheet(t, ctx.actions, tabs)]
        self.shown = ""
        self._history: list[str] = []
        self.setWindowTitle(t("Guide"))
        self.resize(min(ctx.theme.px(940), parent.width()), min(ctx.theme.px(660), parent.height()))
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(0)
        row.addWidget(self._contents())
        row.addWidget(self._reader(), 1)
        self.search.searched.connect(self._list)
        self.list.currentItemChanged.connect(self._chosen)
        self.browser.anchorClicked.connect(self._follow)
        self._list("")

    def _contents(self) -> QWidget:
        theme, t = self._ctx.theme, self._ctx.t
        left = QWidget()
        left.setFixedWidth(theme.px(240))
        column = QVBoxLayout(left)
        column.setContentsMargins(theme.px(12), theme.px(14), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(10))
        self.search = SearchBox(theme, t("Search the guide"))
        self.list = QListWidget()
        self.list.setProperty("look", "inset")
        self.list.setAccessibleName(t("Contents"))
        self.nothing = Label(t("No page has these words."), "muted", wrap=True)
        column.addWidget(self.search)
        column.addWidget(self.nothing)
        column.addWidget(self.list, 1)
        return left

    def _reader(self) -> QWidget:
        theme, t = self._ctx.theme, self._ctx.t
        right = QWidget()
        column = QVBoxLayout(right)
        column.setContentsMargins(0, theme.px(14), theme.px(12), theme.px(12))
        column.setSpacing(theme.px(10))
        bar = QHBoxLayout()
        self.back = button(t("Back"), self.go_back, theme=theme, picture="chevron-left")
        bar.addWidget(self.back)
        bar.addStretch(1)
        bar.addWidget(button(t("Close"), self.close))
        self.browser = QTextBrowser()
        self.browser.setOpenLinks(False)
        self.browser.setFrameShape(QFrame.Shape.NoFrame)
        self.browser.setAccessibleName(t("Page"))
        self.browser.document().setDocumentMargin(theme.px(20))
        column.addLayout(bar)
        column.addWidget(self.browser, 1)
        return right

    # -- going about -----------------------------------------------------------------------------

    def open_at(self, key: str) -> None:
        """Show the page of a tab, or the first one where there is none."""
        self.search.clear()
        self._list("")
        self.go_to(key if any(one.key == key for one in self.pages) else guide.PAGES[0])
        self.show()
        self.raise_()
        self.activateWindow()
        self.list.setFocus()

    def go_to(self, key: str) -> None:
        """Show a page and remember the one before."""
        if self.shown and self.shown != key:
            self._history.append(self.shown)
        self._show(key)

    def go_back(self) -> None:
        """The page before."""
        if self._history:
            self._show(self._history.pop())

    def _chosen(self, item: QListWidgetItem | None) -> None:
        if item is not None and item.data(KEY_ROLE) != self.shown:
            self.go_to(item.data(KEY_ROLE))

    def _follow(self, link: QUrl) -> None:
        """A link to another page; nothing else is followed."""
        key = link.toString().removesuffix(".md")
        if key == guide.REFERENCE or any(one.key == key for one in self.pages):
            self.go_to(key)

    def _list(self, typed: str) -> None:
        found = guide.search(self.pages, typed)
        self.list.blockSignals(True)
        self.list.clear()
        for one in found:
            item = QListWidgetItem(one.title)
            item.setData(KEY_ROLE, one.key)
            self.list.addItem(item)
        self.list.blockSignals(False)
        self.nothing.setVisible(not found)
        if typed and found:
            self.list.setCurrentRow(0)
            self.browser.find(typed.split()[0])
        else:
            self._mark()

    def _mark(self) -> None:
        keys = [self.list.item(row).data(KEY_ROLE) for row in range(self.list.count())]
        self.list.blockSignals(True)
        self.list.setCurrentRow(keys.index(self.shown) if self.shown in keys else -1)
        self.list.blockSignals(False)

    # -- showing ---------------------------------------------------------------------------------

    def _show(self, key: str) -> None:
        self.shown = key
        text = KEYS.sub(lambda found: f"`{shown_key(found[1])}`", self._page(key).text)
        self.browser.document().setMarkdown(text, MARKDOWN)
        guide_dress.dress(self.browser.document(), self._ctx.theme)
        self.browser.moveCursor(QTextCursor.MoveOperation.Start)
        self.back.setEnabled(bool(self._history))
        self._mark()

    def _page(self, key: str) -> GuidePage:
        found = next((one for one in self.pages if one.key == key), None)
        return found or guide.page(self._ctx.t.lang, key)
