"""The command line: the same services as the window, for a terminal and for scripts."""

from __future__ import annotations

import sys

from desktop_crm.core.errors import CrmError, EnvironmentFault
from desktop_crm.core.i18n import translator

DONE, FINDINGS, USER, ENVIRONMENT, INTERRUPTED = 0, 1, 2, 3, 130


def main(argv: list[str] | None = None) -> int:
    """Run one command and return its exit code: 1 findings, 2 the user's fault, 3 the environment's."""
    from desktop_crm.cli import language

    lang, words = language.chosen(sys.argv[1:] if argv is None else argv)
    t = translator(lang)
    try:
        from desktop_crm.cli.program import run

        return run(words, t)
    except EnvironmentFault as error:
        print(t.error(error), file=sys.stderr)
        return ENVIRONMENT
    except CrmError as error:
        print(t.error(error), file=sys.stderr)
        return USER
    except BrokenPipeError:  # the reader, such as `head`, has seen enough
        sys.stderr.close()
        return DONE
    except KeyboardInterrupt:
        return INTERRUPTED
