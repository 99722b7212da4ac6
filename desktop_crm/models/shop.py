"""What belongs to the file as a whole: settings, devices, number counters, blobs, the journal, tombstones."""

import datetime as dt
import uuid
from typing import Any

from sqlalchemy import JSON, Index, LargeBinary, Text
from sqlalchemy.orm import Mapped, mapped_column

from desktop_crm.core.ids import new_id
from desktop_crm.models.base import Base, Record


class Setting(Record):
    """A setting of the shop (company, numbering, tax ...), as JSON."""

    __tablename__ = "setting"

    key: Mapped[str] = mapped_column(Text, unique=True)
    value: Mapped[Any] = mapped_column(JSON)


class Device(Record):
    """A computer that writes to the shop; ``series`` distinguishes its document numbers."""

    __tablename__ = "device"

    ordinal: Mapped[int] = mapped_column(unique=True)
    name: Mapped[str] = mapped_column(Text)
    machine: Mapped[str] = mapped_column(Text, default="")
    series: Mapped[str] = mapped_column(Text, default="")


class Counter(Base):
    """The last number given out in a series; changed by ``UPDATE ... RETURNING``, or forward by a restore."""

    __tablename__ = "counter"

    series: Mapped[str] = mapped_column(Text, primary_key=True)
    last: Mapped[int] = mapped_column(default=0)


class Blob(Base):
    """Bytes by their SHA-256: logos, chops, photos, frozen PDFs, snapshots, scores."""

    __tablename__ = "blob"

    sha256: Mapped[str] = mapped_column(Text, primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)
    media_type: Mapped[str] = mapped_column(Text, default="application/octet-stream")


class JournalEntry(Base):
    """One changed record; entries of one transaction share ``batch_id``; order is (device, sequence)."""

    __tablename__ = "journal"
    __table_args__ = (
        Index("ix_journal_batch_id", "batch_id"),
        Index("ix_journal_entity_key", "entity", "key"),
        Index("uq_journal_device_sequence", "device", "sequence", unique=True),
    )

    id: Mapped[uuid.UUID] = mapped_column(primary_key=True, default=new_id)
    batch_id: Mapped[uuid.UUID]
    device: Mapped[int]
    sequence: Mapped[int]
    actor: Mapped[str] = mapped_column(Text, default="")
    happened_at: Mapped[dt.datetime]
    action: Mapped[str] = mapped_column(Text)
    verb: Mapped[str] = mapped_column(Text)  # create, update, delete or note
    entity: Mapped[str] = mapped_column(Text)
    key: Mapped[uuid.UUID | None]
    changes: Mapped[dict[str, Any]] = mapped_column(JSON)
    reverses_id: Mapped[uuid.UUID | None]


class Tombstone(Base):
    """A deleted record, so that another laptop learns of it."""

    __tablename__ = "tombstone"

    entity: Mapped[str] = mapped_column(Text, primary_key=True)
    key: Mapped[uuid.UUID] = mapped_column(primary_key=True)
    device: Mapped[int]
    sequence: Mapped[int]
