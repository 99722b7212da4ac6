"""How the texts of every paper look, and the sizes its parts share; lengths in points."""

from __future__ import annotations

from desktop_crm.reports.sheet import FAINT, GREEN, GREY, Style

SHOP = Style(17, 23, bold=True)
SHOP_SECOND = Style(10, 15, color=GREY)  # its name in the other language
TITLE = Style(21, 27, bold=True, color=GREEN)
SUBTITLE = Style(9, 13, color=GREEN, spacing=1.5)
SHOP_AGAIN = Style(10, 15, bold=True)  # at the head of later pages
TITLE_AGAIN = Style(10, 15, bold=True, color=GREEN)
BUYER = Style(13, 21, bold=True)
HEADING = Style(10.5, 16, bold=True)
BODY = Style(9.5, 14)
SMALL = Style(8.5, 13, color=GREY)
LABEL, VALUE = Style(9, 13.5, color=GREY), Style(9, 13.5)
MARK = Style(9, 14, color=GREY)
GRAND = Style(13, 19, bold=True)
FOOT = Style(8, 11, color=FAINT)

CELL, BOLD_CELL, PALE_CELL = BODY, Style(9.5, 14, bold=True), Style(9.5, 14, color=GREY)
HEAD = Style(8.5, 12, color=GREY)  # of a column
REMARK = HEAD  # below the name of a line

META_WIDTH, TERMS_WIDTH = 196.0, 216.0  # what stands at the right: number and date, our person and the terms
PAD, GAP = 4.0, 7.0  # of cells
SIGN_WIDTH, SIGN_HEIGHT = 158.0, 88.0
