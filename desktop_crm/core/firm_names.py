"""Names of firms without what every firm has in its name, so that two spellings of one firm are found to be one."""

from __future__ import annotations

import re
import unicodedata

from desktop_crm.core.readings import normalise

# in simplified characters, as names are folded; the longest first
CHINESE_FORMS = ("股份有限公司", "有限责任公司", "有限公司", "股份公司", "股公司", "公司")
LATIN_WORDS = frozenset("co company corp corporation gmbh inc incorporated limited llc ltd plc pte pty bhd sdn".split())
LATIN_FORMS = (
    "co", "coltd", "colimited", "company", "companylimited", "companyltd", "corp", "corporation", "gmbh", "inc",
    "incorporated", "limited", "llc", "ltd", "plc", "pteltd", "ptyltd", "sdnbhd",
)  # fmt: skip
_GAPS = re.compile(r"[\s.,;:、，。．・·()（）\[\]/-]+")


def fold(name: str) -> str:
    """``name`` without legal form, width, case, accents and signs, in simplified characters.

    宏益建設（股）公司 and 宏益建设有限公司 are both 宏益建设. A name that is nothing but a legal form is kept.
    """
    words = [word for word in _GAPS.split(unicodedata.normalize("NFKC", name).casefold()) if word]
    while len(words) > 1 and words[-1] in LATIN_WORDS:
        words.pop()
    return _without_form(normalise("".join(words))) or normalise(name)


def spellings(folded: str) -> list[str]:
    """The normalised names that may be folded to ``folded``; whether they are is to be verified with ``fold``."""
    return [folded, *(folded + form for form in (*CHINESE_FORMS, *LATIN_FORMS))]


def _without_form(folded: str) -> str:
    for form in CHINESE_FORMS if folded not in CHINESE_FORMS else ():
        if folded.endswith(form):
            return _without_form(folded.removesuffix(form))
    return folded
