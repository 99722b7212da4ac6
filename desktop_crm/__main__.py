"""The start: ``python -m desktop_crm`` and the command ``desktop-crm``."""

from __future__ import annotations

import sys
from multiprocessing import freeze_support


def main() -> int:
    """With no words, ``open`` or ``--sample``: the window. Anything else: the command line."""
    freeze_support()
    argv = sys.argv[1:]
    if not argv or argv[0] in ("--sample",) or (argv[0] == "open" and "--help" not in argv):
        from desktop_crm import app

        return app.main(argv)
    from desktop_crm import cli

    return cli.main(argv)


if __name__ == "__main__":
    sys.exit(main())
