"""Asking for files: where the dialog begins, the ending of a name, and Qt's own dialog in the user's language."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QObject, QStandardPaths
from PySide6.QtWidgets import QFileDialog, QLabel, QWidget
from pytestqt.qtbot import QtBot

from desktop_crm.ui.qt_texts import QtTexts
from desktop_crm.ui.widgets import file_dialogs

KINDS = "Excel (*.xlsx);;CSV (*.csv)"


@pytest.fixture
def parent(qtbot: QtBot) -> QWidget:
    made = QWidget()
    qtbot.addWidget(made)
    return made


@pytest.fixture
def texts(qtbot: QtBot) -> Iterator[QtTexts]:
    owner = QObject()
    made = QtTexts(owner)
    yield made
    made.speak("en")


def test_it_begins_with_the_documents_or_at_home(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    asked: list[str] = []
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *args: (asked.append(args[2]), ("", ""))[1])
    for found in (str(tmp_path), str(tmp_path / "gone"), ""):
        monkeypatch.setattr(QStandardPaths, "writableLocation", lambda _kind, found=found: found)
        assert file_dialogs.ask_file(parent, "Choose", KINDS) is None
    file_dialogs.ask_file(parent, "Choose", KINDS, tmp_path / "lists")
    assert asked == [str(tmp_path), str(Path.home()), str(Path.home()), str(tmp_path / "lists")]


@pytest.mark.parametrize(
    ("typed", "written"),
    [
        ("report.xlsx", "report.xlsx"),
        ("report.CSV", "report.CSV"),
        ("report", "report.xlsx"),
        ("2026.11", "2026.11.xlsx"),
        ("report.x", "report.x.xlsx"),
    ],
)
def test_a_name_without_an_ending_gets_one(
    parent: QWidget, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, typed: str, written: str
) -> None:
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_args: (str(tmp_path / typed), ""))
    assert file_dialogs.ask_target(parent, "Save", "報表.xlsx", KINDS) == tmp_path / written


@pytest.mark.parametrize(
    ("lang", "words"),
    [("zh_TW", {"查詢位置：", "檔案類型："}), ("zh_CN", {"查找位置：", "文件类型："}), ("en", {"&Look in:"})],
)
def test_the_dialog_of_qt_speaks_our_language(texts: QtTexts, qtbot: QtBot, lang: str, words: set[str]) -> None:
    texts.speak("zh_TW")
    texts.speak(lang)
    texts.complete()
    dialog = QFileDialog()
    qtbot.addWidget(dialog)
    dialog.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialog.show()
    assert words <= {label.text() for label in dialog.findChildren(QLabel)}
