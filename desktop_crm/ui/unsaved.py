"""Typing that was not saved when the program ended: its form is opened again."""

from __future__ import annotations

from typing import TYPE_CHECKING

from desktop_crm.ui import recovery

if TYPE_CHECKING:
    from desktop_crm.ui.main_window import MainWindow

TABS = {
    "customer": "customers",
    "contact": "customers",
    "note": "customers",
    "plan": "customers",
    "quotation": "quotations",
    "order": "orders",
}


def bring_back(window: MainWindow) -> None:
    """Open the form of the newest such typing and say so; the others wait until their forms are opened."""
    ctx = window.ctx
    prefix = f"{ctx.path}/"
    for key in recovery.waiting(prefix):
        kind, _, record = key.removeprefix(prefix).partition("/")
        page = window.page(TABS[kind]) if TABS.get(kind) in window.page_keys() else None
        if page is not None and page.bring_back(kind, record):
            ctx.toast(ctx.t("Here is what you had typed and not saved when the program ended."))
            return
