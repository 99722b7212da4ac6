"""What was chosen for a file with the same headings last time, kept in the window state."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from typing import Any

from desktop_crm.ui.state import State

OPTIONS = ("existing", "dates", "tax_mode", "settled", "add_customers")


def remember(state: State, headings: Sequence[str], kind: str, columns: Mapping[int, str], options: Any) -> None:
    """Keep kind, columns and options for the next file with these headings."""
    chosen = {
        "kind": kind,
        "columns": {str(column): name for column, name in columns.items()},
        "options": {name: options[name] for name in OPTIONS},
    }
    state.put(_key(headings), json.dumps(chosen))


def recall(state: State, headings: Sequence[str]) -> tuple[str, dict[int, str], dict[str, Any]] | None:
    """Kind, columns and options of the last file with these headings; None if there was none."""
    from desktop_crm.services.import_fields import FIELDS

    try:
        chosen = json.loads(state.text(_key(headings)))
        kind = chosen["kind"]
        known = {field.name for field in FIELDS[kind]}
        columns = {int(column): name for column, name in chosen["columns"].items() if name in known}
        options = {name: chosen["options"][name] for name in OPTIONS}
    except (ValueError, KeyError, TypeError):
        return None
    return (kind, columns, options) if all(column < len(headings) for column in columns) else None


def _key(headings: Sequence[str]) -> str:
    digest = hashlib.sha256("\x1f".join(headings).encode()).hexdigest()
    return f"import/columns/{digest[:24]}"
