"""The guide inside the program: three languages alike, honest about keys, names and commands; window and sheet."""

from __future__ import annotations

import re
from collections.abc import Callable
from pathlib import Path

import pytest
import typer.main
from babel.messages.pofile import read_po
from PySide6.QtCore import Qt, QUrl
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.cli import program
from desktop_crm.core import guide, paths
from desktop_crm.core.i18n import LANGUAGES, Translator
from desktop_crm.ui.actions import ACTIONS
from desktop_crm.ui.context import Context
from desktop_crm.ui.guide_window import GuideWindow
from desktop_crm.ui.main_window import MainWindow
from desktop_crm.ui.pages import PAGES
from desktop_crm.ui.service.card_commands import card_keys
from desktop_crm.ui.shortcut_sheet import FORM_KEYS
from desktop_crm.ui.widgets.line_keys import LINE_KEYS

EVERY = [(lang, key) for lang in LANGUAGES for key in guide.PAGES]
KEY = re.compile(
    r"(?<![A-Za-z0-9-])((?:(?:Ctrl|Alt|Shift)\+)+(?:[A-Za-z]\w*|\d|[+-])|F\d{1,2}|Esc|Tab(?=`))(?![A-Za-z0-9])"
)
KNOWN = {
    QKeySequence(key).toString()
    for key in (
        *(spec.shortcut for spec in ACTIONS if spec.shortcut),
        *(one.key for one in LINE_KEYS),
        *(key for key, _text in FORM_KEYS),
        *(key for key, _text in card_keys()),
        *(f"Ctrl+{number}" for number in range(1, 10)),
    )
}


def messages(lang: str) -> set[str]:
    """Every text of the interface in a language, without an ellipsis."""
    file = paths.resource_dir() / "translations" / lang / "LC_MESSAGES" / "desktop_crm.po"
    with file.open("rb") as opened:
        return {str(one.string).removesuffix("…").removesuffix("...").strip() for one in read_po(opened) if one.id}


def test_the_languages_have_the_same_pages() -> None:
    for lang in LANGUAGES:
        assert {file.stem for file in (paths.guide_dir() / lang).iterdir()} == set(guide.PAGES), lang


def test_every_tab_has_a_page() -> None:
    assert {spec.key for spec in PAGES} <= set(guide.PAGES)


@pytest.mark.parametrize(("lang", "key"), EVERY)
def test_a_page_is_honest(lang: str, key: str) -> None:
    page = guide.page(lang, key)
    assert page.text.startswith(f"# {page.title}\n")
    assert 2 <= len(page.title) <= 40
    keys = {QKeySequence(found).toString() for found in KEY.findall(page.text)}
    assert keys <= KNOWN, f"no such keys: {keys - KNOWN}"
    named = set(re.findall(r"\*\*(.+?)\*\*", page.text))
    assert named <= messages(lang), f"not in the program: {named - messages(lang)}"
    for link in re.findall(r"\]\(([^)]+)\)", page.text):
        target = paths.guide_dir() / lang / link
        assert link == "shortcuts.md" or target.is_file(), link
    commands = set(re.findall(r"desktop-crm (\w+)", page.text))
    assert commands <= set(typer.main.get_command(program.build()).commands)  # type: ignore[attr-defined]


@pytest.mark.parametrize("key", guide.PAGES)
def test_the_languages_name_the_same_keys_and_things(key: str) -> None:
    found = {}
    for lang in LANGUAGES:
        text = guide.page(lang, key).text
        found[lang] = (sorted(KEY.findall(text)), len(re.findall(r"\*\*(.+?)\*\*", text)), text.count("\n## "))
    assert found["zh_TW"] == found["zh_CN"] == found["en"]


@pytest.mark.parametrize("lang", sorted(set(LANGUAGES) - {"en"}))
def test_every_action_has_a_title(lang: str) -> None:
    t = Translator(lang)
    texts = [(spec.id, text) for spec in ACTIONS for text in (spec.text, spec.also) if text]
    texts += [("line key", one.text) for one in LINE_KEYS] + [("form key", text) for _key, text in FORM_KEYS]
    own = {"lang_zh_tw", "lang_zh_cn", "lang_en"}
    assert [name for name, text in texts if t(text) == text and name not in own] == []


def test_keys_of_the_lines_are_their_own() -> None:
    window = {QKeySequence(spec.shortcut).toString() for spec in ACTIONS if spec.shortcut}
    lines = [QKeySequence(one.key).toString() for one in LINE_KEYS]
    assert all(lines)
    assert len(set(lines)) == len(lines)
    assert set(lines) & window == {"Ctrl+Z"}  # taken over while the cursor is in the lines


@pytest.mark.parametrize(
    ("typed", "first"),
    [("", "start"), ("備份", "backup"), ("beifen", "backup"), ("F6", "quotations"), ("統一編號 注音", "customers")],
)
def test_search(typed: str, first: str) -> None:
    assert guide.search(guide.pages("zh_TW"), typed)[0].key == first


def test_keys_are_seen_in_the_pages() -> None:
    text = "`Ctrl++`, `Ctrl+Shift+Q` 和 F9、`Alt+Up`（F12），Ctrl+1 Q2026 `Tab`"
    assert KEY.findall(text) == ["Ctrl++", "Ctrl+Shift+Q", "F9", "Alt+Up", "F12", "Ctrl+1", "Tab"]


def test_search_without_a_hit() -> None:
    assert guide.search(guide.pages("en"), "zebra") == []


# -- the window ------------------------------------------------------------------------------------


@pytest.fixture
def window(ctx: Context, qtbot: QtBot) -> MainWindow:
    made = MainWindow(ctx, PAGES[1:3])
    qtbot.addWidget(made)
    made.show()
    made.begin()
    return made


def opened(window: MainWindow) -> GuideWindow:
    assert window._guide is not None
    return window._guide


def test_f1_opens_at_the_page_of_the_tab(window: MainWindow) -> None:
    window.ctx.actions.get("help").trigger()
    guide_window = opened(window)
    assert guide_window.shown == window._current
    assert guide_window.browser.toPlainText().startswith(window.ctx.t("Customers"))
    window.show_page("grading")
    window.ctx.actions.get("help").trigger()
    assert guide_window is opened(window)
    assert guide_window.shown == "grading"


def test_the_sheet_has_every_key_there_is(window: MainWindow) -> None:
    window.ctx.actions.get("shortcuts").trigger()
    text = opened(window).browser.toPlainText()
    native = QKeySequence.SequenceFormat.NativeText
    keys = [spec.shortcut for spec in ACTIONS if spec.shortcut and window.ctx.actions.has(spec.id)]
    assert len(keys) > 10
    for key in [*keys, *(one.key for one in LINE_KEYS), "Ctrl+2"]:
        assert QKeySequence(key).toString(native) in text, key
    assert window.ctx.t("Copy line") in text
    assert "Ctrl+3" not in text  # two tabs only


def test_links_and_back(window: MainWindow) -> None:
    window.show_help()
    shown = opened(window)
    shown.browser.anchorClicked.emit(QUrl("import.md"))
    assert shown.shown == "import"
    shown.browser.anchorClicked.emit(QUrl("../import.md"))
    assert "--mapping" in shown.browser.toPlainText()
    shown.browser.anchorClicked.emit(QUrl("https://example.com/"))
    shown.browser.anchorClicked.emit(QUrl("../../architecture.md"))
    assert shown.shown == "../import"
    shown.go_back()
    assert shown.shown == "import"
    shown.go_back()
    assert shown.shown == "customers"
    assert not shown.back.isEnabled()


def test_searching_shows_the_first_page_found(window: MainWindow, qtbot: QtBot) -> None:
    window.show_help()
    shown = opened(window)
    shown.search.setText("USB")
    qtbot.waitUntil(lambda: shown.list.count() < len(shown.pages))
    assert shown.shown == shown.list.item(0).data(Qt.ItemDataRole.UserRole)
    assert "USB" in shown.browser.textCursor().selectedText()
    shown.search.setText("zebra")
    qtbot.waitUntil(lambda: shown.list.count() == 0)
    assert shown.nothing.isVisible()


def test_the_contents_are_walked_by_keyboard(window: MainWindow) -> None:
    window.show_help()
    shown = opened(window)
    before = shown.shown
    QTest.keyClick(shown.list, Qt.Key.Key_Down)
    assert shown.shown != before
    QTest.keyClick(shown, Qt.Key.Key_Escape)
    assert not shown.isVisible()


@pytest.mark.parametrize("lang", sorted(LANGUAGES))
def test_every_page_is_drawn(make_ctx: Callable[..., Context], qtbot: QtBot, lang: str) -> None:
    window = MainWindow(make_ctx(lang), PAGES[1:2])
    qtbot.addWidget(window)
    window.show_help()
    shown = opened(window)
    for page in shown.pages:
        shown.go_to(page.key)
        text = shown.browser.toPlainText()
        assert text.startswith(page.title)
        assert "**" not in text
        assert "`" not in text
    window.close()


def test_a_page_of_no_html(ctx: Context, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for key in guide.PAGES:
        (tmp_path / "zh_TW").mkdir(exist_ok=True)
        (tmp_path / "zh_TW" / f"{key}.md").write_text(f"# {key}\n\n<img src='x.png'>\n", encoding="utf-8")
    monkeypatch.setattr(paths, "guide_dir", lambda: tmp_path)
    parent = MainWindow(ctx, [])
    qtbot.addWidget(parent)
    shown = GuideWindow(ctx, [], parent)
    shown.go_to("start")
    assert "<img" in shown.browser.toPlainText()
    assert isinstance(shown.parent(), QWidget)
