"""The records somebody opened last, remembered per shop with the window; only their keys, never a name."""

from __future__ import annotations

import uuid

from PySide6.QtCore import QObject

from desktop_crm.ui import shop_files
from desktop_crm.ui.context import Context

ENTITIES = ("customer", "quotation", "customer_order", "equipment", "product")
KEPT = 8
Ref = tuple[str, uuid.UUID]


class Recent(QObject):
    """Hears what ``ctx`` is asked to open; ``refs`` gives the newest first."""

    def __init__(self, ctx: Context) -> None:
        super().__init__(ctx)
        self._state = ctx.state
        self._key = shop_files.state_key(ctx.path, "recent")
        ctx.opened.connect(self.note)

    def refs(self) -> list[Ref]:
        """Kinds and keys; what is damaged is left out."""
        return [ref for part in self._state.text(self._key).split(";") if (ref := _parsed(part))]

    def note(self, entity: str, record: object) -> None:
        """Put a record first."""
        if entity in ENTITIES and isinstance(record, uuid.UUID):
            refs = [(entity, record), *(ref for ref in self.refs() if ref != (entity, record))]
            self._state.put(self._key, ";".join(f"{name}:{key.hex}" for name, key in refs[:KEPT]))


def _parsed(part: str) -> Ref | None:
    entity, _, key = part.partition(":")
    try:
        return (entity, uuid.UUID(key)) if entity in ENTITIES else None
    except ValueError:
        return None
