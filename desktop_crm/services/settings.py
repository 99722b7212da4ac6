"""Reading and changing the settings of a shop."""

from __future__ import annotations

from typing import Any, TypeVar

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from desktop_crm.core.settings import Section
from desktop_crm.models import Setting

T = TypeVar("T", bound=Section)
_VALUE = select(Setting.value).where(Setting.key == bindparam("key"))


def load(session: Session, section: type[T]) -> T:
    """The settings of ``section``, defaults where nothing was stored."""
    return section.of(get(session, section.KEY))


def save(session: Session, section: Section) -> None:
    """Store a section whole."""
    put(session, section.KEY, section.stored())


def get(session: Session, key: str) -> Any:
    """A stored value, None when there is none."""
    return session.scalar(_VALUE, {"key": key})


def put(session: Session, key: str, value: Any) -> None:
    """Store one JSON value."""
    setting = session.scalar(select(Setting).where(Setting.key == key))
    if setting is None:
        session.add(Setting(key=key, value=value))
    else:
        setting.value = value
