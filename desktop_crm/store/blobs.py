"""Bytes kept once inside the shop file, by their SHA-256: pictures, frozen sheets and PDFs, scores."""

from __future__ import annotations

import hashlib

from sqlalchemy import insert, select
from sqlalchemy.orm import Session

from desktop_crm.models import Blob


def keep(session: Session, content: bytes, media_type: str) -> str:
    """Store ``content`` unless it is there already; returns its key."""
    sha = hashlib.sha256(content).hexdigest()
    # a write session holds the lock from its start, so nobody can slip in between looking and inserting
    if session.scalar(select(Blob.sha256).where(Blob.sha256 == sha)) is None:
        session.execute(insert(Blob).values(sha256=sha, content=content, media_type=media_type))
    return sha


def load(session: Session, sha: str | None) -> bytes | None:
    """The bytes behind a key, None when there are none."""
    return session.scalar(select(Blob.content).where(Blob.sha256 == sha)) if sha else None
