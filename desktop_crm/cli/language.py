"""The language the command line speaks: ``--ui-lang`` anywhere on the line, else the system's, else English."""

from __future__ import annotations

import locale
import os

from desktop_crm.core.i18n import nearest_language

OPTION = "--ui-lang"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")


def chosen(argv: list[str]) -> tuple[str, list[str]]:
    """The language and the words without the option; what follows ``--`` is left alone."""
    words = list(argv)
    end = words.index("--") if "--" in words else len(words)
    for place, word in enumerate(words[:end]):
        if word == OPTION and place + 1 < end:
            return nearest_language(words[place + 1]), words[:place] + words[place + 2 :]
        if word.startswith(f"{OPTION}="):
            return nearest_language(word.partition("=")[2]), words[:place] + words[place + 1 :]
    return nearest_language(_of_system()), words


def _of_system() -> str:
    for name in VARIABLES:
        if value := os.environ.get(name):
            return value
    return locale.getlocale()[0] or ""
