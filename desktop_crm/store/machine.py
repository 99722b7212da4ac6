"""Which computer this is: a random name that this user's account gave itself once, never a serial number."""

from __future__ import annotations

import re
import uuid

from desktop_crm.core import paths
from desktop_crm.store import faults

_ID = re.compile(r"[0-9a-f]{32}")


def machine() -> str:
    """The random name, from the user's data folder; a damaged note is written anew.

    Raises EnvironmentFault where the data folder takes no writing.
    """
    note = paths.data_dir() / "machine-id"
    try:
        known = note.read_text(encoding="ascii", errors="replace").strip() if note.exists() else ""
        if _ID.fullmatch(known):
            return known
        made = uuid.uuid4().hex
        part = note.with_name(f"machine-id-{made}.part")
        part.write_text(made, encoding="ascii")
        part.replace(note)
    except OSError as error:
        raise faults.unwritable() from error
    return made
