"""Quotations: won ones before their order, and those that are open, lapsed, declined or drafts."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass

from desktop_crm.core.dates import add_working_days
from desktop_crm.services.sample.baskets import LINE_COLUMNS, PRICED_COLUMNS, Basket, Baskets, Line
from desktop_crm.services.sample.numbers import Numbers
from desktop_crm.services.sample.people import People
from desktop_crm.services.sample.plan import DAYS
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.talk import Talk
from desktop_crm.services.sample.words import talk, words

VALID = 30  # days
DETAILED = 60_000  # dollars; larger offers have a heading and an option
TWICE = 0.2  # share with a second revision
OLD_STATES = ("declined",) * 5 + ("expired",) * 4 + ("cancelled",)


@dataclass(slots=True)
class Offer:
    """A quotation to be written; ``state`` is empty while its age shall decide."""

    who: int
    project: str
    baskets: list[Basket]
    revisions: list[bytes]
    accepted: int | None = None  # place in ``baskets``
    won_on: int | None = None
    state: str = ""
    valid: int = VALID
    lines: tuple[tuple[str, Line], ...] = ()


class Offers:
    """Writes quotations on their day."""

    def __init__(self, stage: Stage, people: People, numbers: Numbers, baskets: Baskets, talk: Talk) -> None:
        self.stage, self.people, self.numbers, self.baskets, self.talk = stage, people, numbers, baskets, talk
        self._due: dict[int, list[Offer]] = defaultdict(list)
        table = stage.bulk.table
        self._quotations = table(
            "quotation",
            "id created_at updated_at number customer_id state current_revision accepted_revision lost_reason",
        )
        self._revisions = table(
            "quotation_revision",
            "id created_at quotation_id revision contact_id site_id staff_id project_name language payment_terms"
            " delivery_terms warranty_terms notes quoted_on valid_until issued_at sent_at show_roc_dates "
            + PRICED_COLUMNS,
        )
        self._lines = table("quotation_line", "id created_at revision_id product_id kind " + LINE_COLUMNS)

    def plan(self, day: int, who: int, basket: Basket, project: str, won_on: int | None) -> bytes:
        """Schedule an offer for ``day``; returns the key of the revision that is (or would be) accepted."""
        chance = self.stage.chance
        day = max(day, self.people.plan.start[who], 0)  # nobody is quoted before we met
        baskets = [basket]
        if chance.random() < TWICE and day < DAYS - 8:
            other = self.baskets.pick(self.people.kinds[who], basket.value * 1.15, 2, chance.random())
            baskets.insert(0 if chance.random() < 0.8 else 1, other)
        revisions = [self.stage.keys.next() for _ in baskets]
        place = baskets.index(basket)
        self._due[day].append(Offer(who, project, baskets, revisions, place if won_on is not None else None, won_on))
        self.talk.before_offer(day, who, basket, project)
        return revisions[place]

    def stage_offer(self, day: int, offer: Offer) -> None:
        """Schedule a ready-made offer."""
        self._due[day].append(offer)

    def run(self, day: int) -> None:
        """Write the offers of a day."""
        for offer in self._due.pop(day, ()):
            self._write(day, offer)

    def _write(self, day: int, offer: Offer) -> None:
        stage = self.stage
        key, now = stage.keys.next(), stage.stamp(day, 600 + int(stage.chance.random() * 360))
        state = offer.state or self._state(day, offer)
        number = None if state == "draft" else self.numbers.next("quotation", day)
        ended = offer.won_on if offer.won_on is not None else day + offer.valid // 2 if state == "declined" else day
        changed = stage.stamp(ended, 1010) if day < ended < DAYS else now
        reasons = talk()["lost_en" if self.people.kinds[offer.who] == "x" else "lost"]
        lost = reasons[int(stage.chance.random() * len(reasons))] if state == "declined" else ""
        accepted = offer.accepted + 1 if offer.accepted is not None else None
        self._quotations.append(
            (key, now, changed, number, self.people.key(offer.who), state, len(offer.baskets), accepted, lost)
        )
        site = self.people.site(offer.who, stage.chance.random())
        for place, basket in enumerate(offer.baskets):
            self._revision(min(day + 2 * place, max(day, DAYS - 1)), key, place, offer, state, site, basket)
        if state not in ("draft", "cancelled") and DAYS - day < 400:
            self._follow(day, offer, key)

    def _revision(
        self, day: int, quotation: bytes, place: int, offer: Offer, state: str, site: bytes | None, basket: Basket
    ) -> None:
        stage, people, who = self.stage, self.people, offer.who
        kind, key = people.kinds[who], offer.revisions[place]
        now = stage.stamp(day, 660)
        issued = None if state == "draft" else now
        sent = None if state in ("draft", "issued") else stage.stamp(day, 680)
        abroad = kind == "x"
        terms, trade = words()["terms"][kind], words()["trade"]
        large = kind in "bf" and basket.value >= 120_000
        texts = (
            words()["instalment_terms"] if large else terms,
            words()["delivery_terms_en"] if abroad else trade["delivery_terms"],
            words()["warranty_terms_en"] if abroad else trade["warranty_terms"],
            "" if abroad else trade["notes"],
        )
        self._revisions.append(
            (key, now, quotation, place + 1, people.contact(who), site, people.owner(who), offer.project,
             "en" if abroad else "zh_TW", *texts, stage.text(day), stage.text(day + offer.valid), issued, sent,
             int(kind == "o"), *basket.row)
        )  # fmt: skip
        lines = offer.lines or self._lines_of(basket, kind)
        goods = people.catalogue.products
        for position, (line_kind, line) in enumerate(lines, start=1):
            product = goods[line.product] if line.product >= 0 else None
            self._lines.append((stage.keys.next(), now, key, product, line_kind, position, *line.row[1:]))

    def _lines_of(self, basket: Basket, kind: str) -> tuple[tuple[str, Line], ...]:
        if basket.value >= DETAILED:
            return self.baskets.quoted(basket, kind, self.stage.chance.random())
        return tuple(("item", line) for line in basket.lines)

    def _state(self, day: int, offer: Offer) -> str:
        """Where an offer of ``day`` stands today."""
        if offer.won_on is not None:
            return "accepted"
        drawn = self.stage.chance.random()
        age = DAYS - day
        if age > offer.valid:
            return OLD_STATES[int(drawn * len(OLD_STATES))]
        if age <= 5 and drawn < 0.35:
            return "draft"
        if age <= 5 and drawn < 0.6:
            return "issued"
        return "declined" if drawn > 0.85 and age > 10 else "sent"

    def _follow(self, day: int, offer: Offer, key: bytes) -> None:
        """Three working days later somebody asks."""
        due = (add_working_days(self.stage.date(day), 3) - self.stage.today).days + DAYS
        subjects = talk()["quote_en" if self.people.kinds[offer.who] == "x" else "quote"]
        subject = subjects[int(self.stage.chance.random() * len(subjects))].format(project=offer.project)
        self.talk.follow_up(day, offer.who, due, subject, about=key)
