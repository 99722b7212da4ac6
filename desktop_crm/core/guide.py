"""The guide: short pages in three languages from ``docs/guide``, read and searched."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from desktop_crm.core import paths
from desktop_crm.core.i18n import DEFAULT_LANGUAGE, LANGUAGES
from desktop_crm.core.readings import normalise, search_readings, typed_forms

PAGES = (
    "start",
    "today",
    "customers",
    "service",
    "quotations",
    "orders",
    "grading",
    "search",
    "backup",
    "settings",
    "keyboard",
    "command_line",
    "import",
)
REFERENCE = "../import"  # one page for all languages


@dataclass(frozen=True, slots=True)
class GuidePage:
    """A page: its key, its title (the first line) and its text in Markdown."""

    key: str
    title: str
    text: str

    def holds(self, typed: str) -> bool:
        """Whether every typed word occurs; of the title also as pinyin or 注音."""
        text = normalise(self.text)
        readings = search_readings(self.title)
        words = [normalise(word) for word in typed.split()]
        return all(
            word in text or any(form in reading for form in typed_forms(word) for reading in readings)
            for word in words
            if word
        )


def pages(lang: str) -> list[GuidePage]:
    """Every page in a language, in their order."""
    return [page(lang, key) for key in PAGES]


def page(lang: str, key: str) -> GuidePage:
    """One page; raises OSError when the file is missing. ``REFERENCE`` is the same for every language."""
    folder = paths.guide_dir() / (lang if lang in LANGUAGES else DEFAULT_LANGUAGE)
    return made(key, (folder / f"{key}.md").read_text(encoding="utf-8"))


def made(key: str, text: str) -> GuidePage:
    """A page of a text whose first line is its title."""
    return GuidePage(key, text.partition("\n")[0].lstrip("# ").strip(), text)


def search(found: Sequence[GuidePage], typed: str) -> list[GuidePage]:
    """The pages that hold every typed word, those with it in the title first; all of them without a word."""
    whole = normalise(typed)
    hits = [one for one in found if one.holds(typed)]
    return sorted(hits, key=lambda one: whole not in normalise(one.title))
