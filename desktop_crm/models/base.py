"""What every record has: key, version, times, device.

The files with mapped classes do without ``from __future__ import annotations``: SQLAlchemy would have to evaluate
every annotation from its text, a quarter of the time the models take at every start.
"""

import datetime as dt
import uuid
from typing import Any, ClassVar

from sqlalchemy import Integer, MetaData
from sqlalchemy.orm import DeclarativeBase, Mapped, declared_attr, mapped_column

from desktop_crm.core.dates import clock
from desktop_crm.core.ids import Uuid, new_id
from desktop_crm.models.types import Utc

NAMES = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """The declarative base; constraint names are fixed so that migrations can name them."""

    metadata = MetaData(naming_convention=NAMES)
    type_annotation_map: ClassVar[dict[Any, Any]] = {uuid.UUID: Uuid(), dt.datetime: Utc()}


class Record(Base):
    """A journaled record with a UUIDv7 key and an optimistic version."""

    __abstract__ = True

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    version: Mapped[int] = mapped_column(Integer, nullable=False)
    created_at: Mapped[dt.datetime] = mapped_column(default=clock.now)
    updated_at: Mapped[dt.datetime] = mapped_column(default=clock.now, onupdate=clock.now)
    created_by_device: Mapped[int] = mapped_column(Integer, default=1)

    @declared_attr.directive
    def __mapper_args__(cls) -> dict[str, Any]:
        return {"version_id_col": cls.version}


def entity_of(record: Base | type[Base]) -> str:
    """The entity name used in the journal, in search and in ``Changed``: the table's name."""
    return str(record.__tablename__)
