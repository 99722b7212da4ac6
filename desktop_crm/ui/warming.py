"""Imports what the tabs not yet shown need, once the first page is there and before somebody wants them."""

from __future__ import annotations

import importlib
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from desktop_crm.ui import pages

if TYPE_CHECKING:
    from PySide6.QtCore import QObject

    from desktop_crm.ui.tasks import Tasks

# What pages import only when they read: for the window it is the same wait.
LATER = (
    "desktop_crm.services.quotation_view",
    "desktop_crm.services.order_view",
    "desktop_crm.services.equipment_cards",
    "desktop_crm.services.history",
    "desktop_crm.services.followup_board",
    "desktop_crm.ui.service.followups_view",
    "desktop_crm.services.equipment_list",
    "desktop_crm.services.equipment_card",
    "desktop_crm.ui.service.equipment_view",
    "desktop_crm.services.grading_pictures",
)


def warm(tasks: Tasks, specs: Iterable[pages.PageSpec], owner: QObject) -> None:
    """Import one module after another in the read lane; whatever the window reads meanwhile goes between."""
    waiting = iter([*(spec.place.partition(":")[0] for spec in specs), *LATER])
    _go_on(tasks, waiting, owner)


def _go_on(tasks: Tasks, waiting: Iterator[str], owner: QObject) -> None:
    name = next(waiting, "")
    if name:
        tasks.background(importlib.import_module, name, done=lambda _module: _go_on(tasks, waiting, owner), owner=owner)
