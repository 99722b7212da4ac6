"""A preview of the grading worked out by the worker; nothing here brings the arithmetic along before it is needed."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from desktop_crm.services.grading import GradingPreview


def of_file(shop: Path) -> GradingPreview:
    """What the active scheme says today about the shop in a file; UserError when there is no scheme."""
    from desktop_crm.services import grading, shops

    opened = shops.open_shop(shop, writable=False)
    try:
        with opened.database.read() as session:
            return grading.preview(session)
    finally:
        opened.close()
