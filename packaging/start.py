"""Where the built program starts: as ``python -m desktop_crm`` does, or ``--smoke-test`` (see smoke_test.py)."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support


def main() -> int:
    """The exit code of the program or of its smoke test."""
    freeze_support()  # the worker process goes no further
    if sys.argv[1:2] == ["--smoke-test"]:
        import smoke_test

        return smoke_test.main(sys.argv[2:])
    from desktop_crm.__main__ import main as program

    return program()


if __name__ == "__main__":
    sys.exit(main())
