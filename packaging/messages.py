"""The message catalogues: update the .po files from the code, check them, compile the .mo files.

``python packaging/messages.py update|check|compile``; `dev.py` calls it with the environment's Python.
A msgid is the English text, so the English catalogue maps every message to itself.
"""

from __future__ import annotations

import datetime as dt
import io
import re
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_dir
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po

ROOT = Path(__file__).resolve().parents[1]
TRANSLATIONS = ROOT / "resources" / "translations"
LANGUAGES = ("zh_TW", "zh_CN", "en")
KEYWORDS: dict[str, tuple[int, ...] | None] = {"t": None, "plural": (1, 2), "N_": None}
UNCHANGING = dt.datetime(2026, 1, 1)  # noqa: DTZ001  # a date in the header would change with every run
PLACE = re.compile(r"%\(\w+\)[a-z]|%%|%")

Msgid = str | tuple[str, ...]


def po_path(lang: str) -> Path:
    """The catalogue file of ``lang``."""
    return TRANSLATIONS / lang / "LC_MESSAGES" / "desktop_crm.po"


def found_messages(package: Path) -> set[Msgid]:
    """Every msgid in the Python files of ``package``; a plural one is (one, many)."""
    rows = extract_from_dir(str(package), method_map=[("**.py", "python")], keywords=KEYWORDS)
    return {row[2] for row in rows if row[2] and any(row[2])}


def load(lang: str) -> Catalog:
    """The catalogue of ``lang``, empty when there is none yet."""
    path = po_path(lang)
    if not path.exists():
        return Catalog(locale=lang)
    with path.open("rb") as file:
        return read_po(file, locale=lang)


def updated(lang: str, old: Catalog, messages: set[Msgid]) -> Catalog:
    """A catalogue of exactly ``messages`` with the translations of ``old`` kept."""
    new = Catalog(
        locale=lang,
        project="Desktop CRM",
        version="1",
        charset="utf-8",
        fuzzy=False,
        header_comment="# Texts of Desktop CRM; brought to the code's messages by: python3 dev.py messages",
        creation_date=UNCHANGING,
        revision_date=UNCHANGING,
        last_translator="Desktop CRM contributors",
        language_team="Desktop CRM contributors",
        msgid_bugs_address="none",
    )
    for msgid in sorted(messages, key=_first):
        new.add(msgid, msgid if lang == "en" else _kept(old.get(_first(msgid)), msgid))
    return new


def _first(msgid: Msgid) -> str:
    return msgid if isinstance(msgid, str) else msgid[0]


def _kept(message: Message | None, msgid: Msgid) -> Msgid:
    """The old translation in the shape ``msgid`` needs; the Chinese languages have one plural form."""
    single = _forms(message.string)[0] if message else ""
    return single if isinstance(msgid, str) else (single,)


def as_po(catalogue: Catalog) -> bytes:
    """The catalogue as the text of a .po file, without places in the code, sorted."""
    out = io.BytesIO()
    write_po(out, catalogue, width=120, no_location=True, sort_output=True)
    return out.getvalue()


def findings(lang: str, catalogue: Catalog, messages: set[Msgid]) -> Iterator[str]:
    """What is wrong with a catalogue: missing, stale or fuzzy messages, places that differ."""
    held = {_id(message): message for message in catalogue if message.id}
    for msgid in sorted(messages - held.keys(), key=_first):
        yield f"{lang}: missing: {_first(msgid)!r}"
    for msgid in sorted(held.keys() - messages, key=_first):
        yield f"{lang}: stale: {_first(msgid)!r}"
    for msgid in sorted(held.keys() & messages, key=_first):
        fault = _fault(held[msgid])
        if fault:
            yield f"{lang}: {fault}: {_first(msgid)!r}"


def _id(message: Message) -> Msgid:
    return message.id if isinstance(message.id, str) else tuple(message.id)


def _forms(text: Sequence[str] | None) -> list[str]:
    """A message's one text, or its plural forms."""
    return [text] if isinstance(text, str) else list(text or [""])


def _fault(message: Message) -> str:
    texts = _forms(message.string)
    wanted = message.id if isinstance(message.id, str) else message.id[-1]
    forms = [wanted] * len(texts) if isinstance(message.id, str) or len(texts) == 1 else list(message.id)
    if message.fuzzy:
        return "fuzzy"
    if not all(texts):
        return "not translated"
    if any(places(text) != places(form) for text, form in zip(texts, forms, strict=False)):
        return "places differ"
    return ""


def places(text: str) -> set[str]:
    """The ``%(name)s`` places of a text, and any percent sign that is none of them."""
    return set(PLACE.findall(text))


def compile_all() -> None:
    """Write the .mo file of every language beside its .po file."""
    for lang in LANGUAGES:
        if po_path(lang).exists():
            out = io.BytesIO()
            write_mo(out, load(lang))
            po_path(lang).with_suffix(".mo").write_bytes(out.getvalue())


def update_all() -> None:
    """Bring the .po files of every language to the messages in the code."""
    messages = found_messages(ROOT / "desktop_crm")
    for lang in LANGUAGES:
        path = po_path(lang)
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(as_po(updated(lang, load(lang), messages)))


def check_all() -> list[str]:
    """The findings of every language."""
    messages = found_messages(ROOT / "desktop_crm")
    return [line for lang in LANGUAGES for line in findings(lang, load(lang), messages)]


def main(action: str) -> int:
    """Do one of update, check, compile; 1 when the check or the updated files have findings."""
    if action == "compile":
        compile_all()
        return 0
    if action == "update":
        update_all()
        compile_all()
    lines = check_all()
    print("\n".join(lines) or "catalogues are complete")
    return 1 if lines else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
