"""The language the command line speaks: ``--ui-lang`` anywhere on the line, else the system's, else English."""

from __future__ import annotations

import locale
import os

OPTION = "--ui-lang"
VARIABLES = ("LC_ALL", "LC_MESSAGES", "LANG")
SIMPLIFIED = ("zh_cn", "zh_sg", "zh_hans", "chinese (simplified)")


def chosen(argv: list[str]) -> tuple[str, list[str]]:
    """The language and the words without the option; what follows ``--`` is left alone."""
    words = list(argv)
    end = words.index("--") if "--" in words else len(words)
    for place, word in enumerate(words[:end]):
        if word == OPTION and place + 1 < end:
            return _named(words[place + 1]), words[:place] + words[place + 2 :]
        if word.startswith(f"{OPTION}="):
            return _named(word.partition("=")[2]), words[:place] + words[place + 1 :]
    return _named(_of_system()), words


def _of_system() -> str:
    for name in VARIABLES:
        if value := os.environ.get(name):
            return value
    return locale.getlocale()[0] or ""


def _named(name: str) -> str:
    """One of the three languages for a name like ``zh_TW.UTF-8`` or ``Chinese (Traditional)_Taiwan``."""
    plain = name.replace("-", "_").casefold()
    if plain.startswith(SIMPLIFIED):
        return "zh_CN"
    return "zh_TW" if plain.startswith(("zh", "chinese")) else "en"
