"""Equipment that stands where it was delivered, its warranty and its inspection plans."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

from desktop_crm.core.dates import add_months
from desktop_crm.services.inspection_rules import every_months
from desktop_crm.services.sample.people import People
from desktop_crm.services.sample.plan import DAYS
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.words import products, words

MOST = 3  # cards made of one line
VISITS = 3  # the newest visits of a plan that are told
PLANNED_SHARE = 0.6  # of equipment that wants inspections


class Installed:
    """Makes equipment cards of delivered lines."""

    def __init__(self, stage: Stage, people: People) -> None:
        self.stage, self.people = stage, people
        self._due: dict[int, list[tuple[int, bytes, int, int, int | None, bool]]] = defaultdict(list)
        self._count = 0
        self._cards = stage.bulk.table(
            "equipment",
            "id created_at customer_id user_id site_id product_id order_line_id model name serial location state"
            " delivered_on accepted_on warranty_until consumables",
        )
        self._plans = stage.bulk.table("inspection_plan", "id created_at equipment_id name rrule starts_on next_on")
        self._visits = stage.bulk.table(
            "interaction", "id created_at customer_id staff_id kind happened_at minutes summary equipment_id"
        )

    def plan(
        self, day: int, who: int, lines: list[tuple[bytes, int, int]], accepted: int | None, needs_acceptance: bool
    ) -> None:
        """Make cards on ``day`` of ``lines`` (key, quantity x 10^4, product)."""
        for line, quantity, product in lines:
            if self.stage.chance.random() < self.stage.detail:
                row = (who, line, quantity // 10_000, product, accepted, needs_acceptance)
                self._due[day].append(row)

    def run(self, day: int) -> None:
        """Write the cards of a day."""
        for who, line, quantity, product, accepted, needs_acceptance in self._due.pop(day, ()):
            for _ in range(min(quantity, MOST)):
                self._card(day, who, line, product, accepted, needs_acceptance)

    def _card(self, day: int, who: int, line: bytes, place: int, accepted: int | None, needs: bool) -> None:
        stage, people, item = self.stage, self.people, products()[place]
        kind, key, now = people.kinds[who], stage.keys.next(), stage.stamp(day, 970)
        self._count += 1
        signed = accepted if accepted is not None and accepted <= DAYS else None
        start = signed if needs else day
        until = add_months(stage.date(start), item.warranty).isoformat() if start is not None else None
        retired = DAYS - day > 700 and stage.chance.random() < 0.04
        state = "retired" if retired else "in_use" if start is not None else "delivered"
        places = words()["places"][kind]
        self._cards.append(
            (key, now, people.key(who), None, people.site(who, stage.chance.random()), people.catalogue.products[place],
             line, item.code, item.english if kind == "x" else item.name,
             f"SN {stage.text(day)[2:4]}-{self._count:05}", places[int(stage.chance.random() * len(places))], state,
             stage.text(day), stage.text(signed) if signed is not None else None, until,
             words()["consumables"].get(item.category, "") if kind != "x" else "")
        )  # fmt: skip
        if item.inspection and not retired and stage.chance.random() < PLANNED_SHARE:
            self._plan(day, who, key, now, item.inspection)

    def _plan(self, day: int, who: int, equipment: bytes, now: str, months: int) -> None:
        stage = self.stage
        first = turn = 1
        late = 20 if stage.chance.random() < 0.08 else 0  # a visit that was forgotten
        begun = stage.date(day)
        while (add_months(begun, turn * months) - stage.today).days < -late:
            turn += 1
        self._visit(who, equipment, [add_months(begun, count * months) for count in range(max(1, turn - VISITS), turn)])
        name = words()["plan_name_en"] if self.people.kinds[who] == "x" else words()["plan_names"][str(months)]
        starts, following = (add_months(begun, count * months).isoformat() for count in (first, turn))
        rule = every_months(months, begun.day)
        self._plans.append((stage.keys.next(), now, equipment, name, rule, starts, following))

    def _visit(self, who: int, equipment: bytes, days: list[dt.date]) -> None:
        """What a technician noted on past visits."""
        stage, people = self.stage, self.people
        notes = words()["visit_notes_en" if people.kinds[who] == "x" else "visit_notes"]
        staff = people.catalogue.technicians
        for place, day in enumerate(days, self._count):
            if day < stage.today:
                when = f"{day.isoformat()} {place % 6 + 1:02}:{place % 4 * 15:02}:00.000000"
                self._visits.append(
                    (stage.keys.next(), when, people.key(who), staff[self._count % len(staff)], "visit", when,
                     30 + place % 5 * 15, notes[place % len(notes)], equipment)
                )  # fmt: skip
