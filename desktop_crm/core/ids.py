"""Keys made by the program: UUIDv7 (RFC 9562), so that laptops can create records apart and newest sorts last."""

from __future__ import annotations

import os
import threading
import time
import uuid
from typing import Any

from sqlalchemy import BLOB
from sqlalchemy import Uuid as SqlUuid
from sqlalchemy.engine import Dialect
from sqlalchemy.types import TypeDecorator, TypeEngine

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A UUIDv7 that is greater than every one made before it in this process."""
    return uuid.UUID(int=_next())


def new_key() -> bytes:
    """The same as 16 raw bytes, for bulk statements that bypass the mapped types."""
    return _next().to_bytes(16, "big")


def _next() -> int:
    """48 bits of milliseconds, then 74 random bits; a tie or a clock set back counts on from the last one."""
    global _last
    rand = int.from_bytes(os.urandom(10), "big")
    value = (time.time_ns() // 1_000_000 & 0xFFFF_FFFF_FFFF) << 80
    value |= 0x7 << 76 | (rand >> 68 & 0xFFF) << 64 | 0x2 << 62 | (rand & 0x3FFF_FFFF_FFFF_FFFF)
    with _lock:
        if value <= _last:
            value = _following(_last)
        _last = value
    return value


def _following(value: int) -> int:
    """The next greater UUIDv7, carrying around the version and variant bits."""
    low = (value & 0x3FFF_FFFF_FFFF_FFFF) + 1 + (int.from_bytes(os.urandom(2), "big") & 0xFFF)
    high = (value >> 64 & 0xFFF) + (low >> 62)
    millis = (value >> 80) + (high >> 12)
    return millis << 80 | 0x7 << 76 | (high & 0xFFF) << 64 | 0x2 << 62 | (low & 0x3FFF_FFFF_FFFF_FFFF)


class Uuid(TypeDecorator[uuid.UUID]):
    """A key column: 16 bytes on SQLite (a third less file than text), the native type elsewhere."""

    impl = SqlUuid
    cache_ok = True

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """BLOB on SQLite, uuid on PostgreSQL."""
        return dialect.type_descriptor(BLOB() if dialect.name == "sqlite" else SqlUuid())

    def process_bind_param(self, value: uuid.UUID | bytes | None, dialect: Dialect) -> Any:
        """Accept a UUID or its 16 bytes."""
        if value is None:
            return None
        if dialect.name == "sqlite":
            return value if isinstance(value, bytes) else value.bytes
        return uuid.UUID(bytes=value) if isinstance(value, bytes) else value

    def process_result_value(self, value: Any, dialect: Dialect) -> uuid.UUID | None:
        """Give a UUID."""
        return uuid.UUID(bytes=value) if isinstance(value, bytes) else value
