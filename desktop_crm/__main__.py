"""The start: ``python -m desktop_crm`` and the command ``desktop-crm``."""

from __future__ import annotations

import gc
import sys
from multiprocessing import freeze_support

SUFFIX = ".dcrm"  # of shop files
CALM = 200_000  # new objects between two collections; imports alone make many times the usual 700


def main() -> int:
    """With no words, ``open``, ``--sample`` or a shop file: the window. Anything else: the command line."""
    freeze_support()
    argv = sys.argv[1:]
    if wants_window(argv):
        gc.set_threshold(CALM)  # a sixth off the time to the first page
        from desktop_crm import app

        return app.main(argv)
    return command(argv)


def wants_window(argv: list[str]) -> bool:
    """Whether the words are for the window; a double click on a shop file gives nothing but its path."""
    first = argv[0] if argv else "--sample"
    return first == "--sample" or first.lower().endswith(SUFFIX) or (first == "open" and "--help" not in argv)


def command(argv: list[str]) -> int:
    """One command and no more: the collector is kept from looking at what the imports made (0.4 s of 1.2 s)."""
    gc.set_threshold(CALM)
    from desktop_crm import cli

    code = cli.main(argv)
    gc.freeze()
    return code


if __name__ == "__main__":
    sys.exit(main())
