"""What the find-anything box lists: records, what can be done for a customer, and commands, from what was typed."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING

from desktop_crm.core.i18n import N_, Translator
from desktop_crm.core.readings import SEPARATOR, normalise, pinyin_full, search_readings, typed_forms
from desktop_crm.core.titles import STATES

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from desktop_crm.services.finder import Hit
    from desktop_crm.ui.recent import Ref

RECORDS, COMMANDS, MEANT = 5, 6, 4
OFTEN = 7  # commands shown before anything is typed
ICONS = {
    "customer": "users",
    "quotation": "file-text",
    "customer_order": "shopping-bag",
    "equipment": "wrench",
    "product": "package",
}


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the list; a heading when it has neither ``hit`` nor ``run``.

    ``key`` stands at its right end: a shortcut or a state.
    """

    text: str
    note: str = ""
    icon: str = ""
    key: str = ""
    hit: Hit | None = None
    run: Callable[[], object] | None = None

    @property
    def is_heading(self) -> bool:
        """Whether it only parts the list."""
        return self.hit is None and self.run is None


@dataclass(frozen=True, slots=True)
class Verb:
    """Something that can be done for a customer; ``words`` are what one may type before or after the name."""

    id: str
    text: str  # msgid
    words: str  # msgid, parted by commas
    icon: str


VERBS = (
    Verb(
        "quotation",
        N_("New quotation for %(name)s"),
        N_("new quotation for, new quote for, quotation for, quote for, new quotation, new quote, quotation, quote"),
        "file-plus",
    ),
    Verb("interaction", N_("Note a call or visit: %(name)s"), N_("note a call with, call with, call, visit"), "phone"),
    Verb(
        "follow_up",
        N_("Plan follow-up for %(name)s"),
        N_("plan follow-up for, follow-up for, follow up, follow-up, remind"),
        "calendar-check",
    ),
)


@dataclass(frozen=True, slots=True)
class Command:
    """A command as it is searched and shown; ``also`` are further texts it is found by."""

    text: str
    run: Callable[[], object]
    note: str = ""
    key: str = ""
    also: str = ""
    icon: str = "chevron-right"


@dataclass(frozen=True, slots=True)
class Answer:
    """What is found for a text; ``meant`` are the customers of a verb ("quote hongyi")."""

    hits: Sequence[Hit] = ()
    commands: Sequence[Command] = ()
    verb: Verb | None = None
    meant: Sequence[Hit] = ()


def look(session: Session, typed: str, t: Translator, commands: Sequence[Command]) -> Answer:
    """For the read lane: records and commands for all that was typed, and customers for the name beside a verb.

    All of it there, because the first look reads the tables of pinyin and 注音.
    """
    from desktop_crm.services import finder

    verb, name = parse(t, typed)
    meant = finder.customers(session, name, MEANT) if verb else ()
    return Answer(finder.find(session, typed, RECORDS), matching(commands, typed), verb, meant)


def recall(session: Session, refs: Sequence[Ref], commands: Sequence[Command]) -> Answer:
    """For the read lane: what was opened last, and the commands used often."""
    from desktop_crm.services import finder

    return Answer(finder.recall(session, refs), commands[:OFTEN])


def documents(session: Session, customer: Hit) -> Answer:
    """For the read lane: a customer's newest documents."""
    from desktop_crm.services import finder

    return Answer(finder.documents_of(session, customer.id, RECORDS))


# -- what was meant --------------------------------------------------------------------------------


def parse(t: Translator, typed: str) -> tuple[Verb | None, str]:
    """The verb somebody typed before or after a name, and the name; ``None`` and all of it without one."""
    text = " ".join(typed.split())
    best: tuple[int, Verb | None, str] = (0, None, text)
    for verb in VERBS:
        for word in _words(t, verb):
            rest = _rest(text, word)
            if rest and len(word) > best[0]:
                best = (len(word), verb, rest)
    return best[1], best[2]


def _words(t: Translator, verb: Verb) -> Iterable[str]:
    for word in dict.fromkeys([*t(verb.words).split(","), *verb.words.split(",")]):
        yield word.strip().casefold()
        if not word.isascii():
            yield pinyin_full(word.strip())


def _rest(text: str, word: str) -> str:
    """``text`` without ``word`` at its beginning or end; empty when it has it not. Latin words end at a space."""
    folded = text.casefold()
    if len(folded) != len(text) or len(folded) <= len(word):
        return ""
    gap = " " if word.isascii() else ""
    if folded.startswith(word + gap):
        return text[len(word) :].strip()
    return text[: -len(word)].strip() if folded.endswith(gap + word) else ""


def matching(commands: Iterable[Command], typed: str, limit: int = COMMANDS) -> list[Command]:
    """The commands in which every typed word occurs (also as pinyin or 注音); those that begin so come first."""
    words = [normalise(word) for word in typed.split()]
    wanted = [typed_forms(word) for word in words if word]
    if not wanted:
        return []
    whole = "".join(words)
    found = [
        one
        for one in commands
        if all(any(form in _searchable(one.text, one.also) for form in forms) for forms in wanted)
    ]
    return sorted(found, key=lambda one: not normalise(one.text).startswith(whole))[:limit]


@lru_cache(maxsize=500)
def _searchable(*texts: str) -> str:
    return SEPARATOR.join([*map(normalise, texts), *(reading for one in texts for reading in search_readings(one))])


# -- lines -----------------------------------------------------------------------------------------


def lines(t: Translator, answer: Answer, typed: str, verb_line: VerbLine) -> list[Line]:
    """Everything for a typed text: customers, documents, commands."""
    chosen = [command_line(one) for one in answer.commands]
    if not typed:
        return _group(t("Opened last"), [record_line(t, hit) for hit in answer.hits]) + _group(t("Commands"), chosen)
    customers = [hit for hit in answer.hits if hit.entity == "customer"]
    things = {
        entity: [record_line(t, hit) for hit in answer.hits if hit.entity == entity]
        for entity in ("equipment", "product")
    }
    pieces = _group(t("Equipment"), things["equipment"]) + _group(t("Products"), things["product"])
    others = [record_line(t, hit) for hit in answer.hits if hit.entity not in ("customer", *things)]
    verbs = [verb_line(answer.verb, hit) for hit in answer.meant] if answer.verb else []
    if customers and not verbs:
        verbs = [verb_line(verb, customers[0]) for verb in VERBS]
    people = _group(t("Customers"), [record_line(t, hit) for hit in customers])
    found = people + _group(t("Quotations and orders"), others) + pieces + _group(t("Commands"), verbs + chosen)
    if answer.verb and answer.meant:
        found = _group(t("Commands"), verbs + chosen) + people + _group(t("Quotations and orders"), others) + pieces
    return found or [Line(t("Nothing is found for %(typed)s.", typed=typed[:40]))]


VerbLine = Callable[[Verb, "Hit"], Line]


def customer_lines(t: Translator, customer: Hit, answer: Answer, typed: str, verb_line: VerbLine) -> list[Line]:
    """What there is of one customer: open it, verbs, documents; narrowed by ``typed``."""
    first = [record_line(t, customer), *(verb_line(verb, customer) for verb in VERBS)]
    rest = [record_line(t, hit) for hit in answer.hits]
    wanted = normalise(typed)
    kept = [[one for one in some if wanted in normalise(one.text + one.note)] for some in (first, rest)]
    found = _group(customer.title, kept[0]) + _group(t("Quotations and orders"), kept[1])
    return found or [Line(t("Nothing is found for %(typed)s.", typed=typed[:40]))]


def command_line(command: Command) -> Line:
    """A command with its menu and its key."""
    return Line(command.text, command.note, command.icon, command.key, run=command.run)


def record_line(t: Translator, hit: Hit) -> Line:
    """A record in words."""
    icon = ICONS[hit.entity]
    if hit.entity == "customer":
        state = t("Archived") if hit.state else ""
        return Line(hit.title, _joined(hit.text, hit.code), icon, state, hit)
    if hit.entity == "product":
        price = t.price(hit.total, hit.currency) if hit.total else ""
        return Line(hit.title, _joined(hit.code, hit.text, price), icon, t("Archived") if hit.state else "", hit)
    if hit.entity == "quotation":
        title = t("Quotation %(number)s", number=hit.title) if hit.title else t("Quotation draft")
    else:
        title = t("Order %(number)s", number=hit.title) if hit.entity == "customer_order" else hit.title
    amount = t.price(hit.total, hit.currency) if hit.total else ""
    note = _joined(hit.customer, hit.text, amount)
    return Line(title, note, icon, t(STATES[hit.entity][hit.state]), hit)


def _group(heading: str, some: list[Line]) -> list[Line]:
    return [Line(heading), *some] if some else []


def _joined(*parts: str) -> str:
    return " · ".join(part for part in parts if part)
