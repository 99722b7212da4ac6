"""Everything Qt."""

from __future__ import annotations

import sys


def _hold_constants() -> None:
    """Keep None, True, False and NotImplemented alive on Python 3.11.

    PySide6 6.12 is compiled for constants that are never freed (Python 3.12) and takes a reference away with
    every call that returns one; after some ten thousand calls 3.11 ends with "deallocating None". Measured:
    ``sys.getrefcount(None)`` falls by one per ``QPainter.setPen``.
    """
    import ctypes

    for constant in (None, True, False, NotImplemented, ...):
        ctypes.c_ssize_t.from_address(id(constant)).value += 2**48


if sys.version_info < (3, 12) and sys.implementation.name == "cpython":
    _hold_constants()
