"""Gives a page of the guide, made from Markdown, the sizes and colours of the program."""

from __future__ import annotations

from collections.abc import Iterator

from PySide6.QtGui import (
    QFont,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextFormat,
    QTextFrameFormat,
    QTextTable,
)

from desktop_crm.ui.theme import Theme

LINE_HEIGHT = 135  # percent


def dress(document: QTextDocument, theme: Theme) -> None:
    """Headings, paragraphs, keys and tables."""
    whole = QTextCursor(document)
    whole.beginEditBlock()  # laid out once, at the end
    tables = [frame for frame in document.rootFrame().childFrames() if isinstance(frame, QTextTable)]
    for table in tables:
        _dress_table(table, theme)
    inside = [(table.firstPosition(), table.lastPosition()) for table in tables]
    for block in list(_blocks(document)):
        if not any(first <= block.position() <= last for first, last in inside):
            _dress_block(block, theme)
        for start, length in _fixed(block):
            _dress_key(QTextCursor(document), start, length, theme)
    whole.endEditBlock()


def _blocks(document: QTextDocument) -> Iterator[QTextBlock]:
    block = document.begin()
    while block.isValid():
        yield block
        block = block.next()


def _fixed(block: QTextBlock) -> list[tuple[int, int]]:
    """Where the keys and commands of a block stand, which Markdown has as code."""
    found = []
    part = block.begin()
    while not part.atEnd():
        piece = part.fragment()
        if piece.charFormat().fontFixedPitch():
            found.append((piece.position(), piece.length()))
        part += 1
    return found


def _dress_table(table: QTextTable, theme: Theme) -> None:
    look = table.format()
    look.setBorder(1)
    look.setBorderStyle(QTextFrameFormat.BorderStyle.BorderStyle_Solid)
    look.setBorderBrush(theme.color("line"))
    look.setBorderCollapse(True)
    look.setCellPadding(theme.px(6))
    look.setCellSpacing(0)
    look.setTopMargin(theme.px(6))
    look.setBottomMargin(theme.px(10))
    table.setFormat(look)


def _dress_block(block: QTextBlock, theme: Theme) -> None:
    level = block.blockFormat().headingLevel()
    within_code = _is_code(block) and _is_code(block.next())
    within_list = block.textList() is not None and block.next().textList() is not None
    space = QTextBlockFormat()
    space.setTopMargin(theme.px(14) if level > 1 else 0)
    space.setBottomMargin(0 if within_code else theme.px(3 if within_list else 12))
    space.setLineHeight(LINE_HEIGHT, QTextBlockFormat.LineHeightTypes.ProportionalHeight.value)
    cursor = QTextCursor(block)
    cursor.mergeBlockFormat(space)
    if level:
        cursor.select(QTextCursor.SelectionType.BlockUnderCursor)
        look = QTextCharFormat()  # anew: Markdown's own keeps a size that wins over the font's
        look.setFont(theme.font("title" if level == 1 else "name", bold=True))
        cursor.setCharFormat(look)


def _dress_key(cursor: QTextCursor, start: int, length: int, theme: Theme) -> None:
    cursor.setPosition(start)
    cursor.setPosition(start + length, QTextCursor.MoveMode.KeepAnchor)
    look = QTextCharFormat()
    look.setFont(theme.font("medium"))
    look.setFontWeight(QFont.Weight.DemiBold)
    look.setFontFixedPitch(False)
    look.setBackground(theme.color("pill"))
    cursor.mergeCharFormat(look)


def _is_code(block: QTextBlock) -> bool:
    return block.isValid() and block.blockFormat().hasProperty(QTextFormat.Property.BlockCodeLanguage)
