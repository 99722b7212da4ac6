"""What was said and what is still to be done: interactions and follow-ups."""

from __future__ import annotations

from collections import defaultdict

from desktop_crm.services.sample.baskets import Basket
from desktop_crm.services.sample.people import People
from desktop_crm.services.sample.plan import DAYS, OCCASIONAL
from desktop_crm.services.sample.stage import Stage
from desktop_crm.services.sample.words import talk, words

MINUTES = {"call": 8, "visit": 60, "message": 5, "mail": 10, "meeting": 75}
SURELY_DONE = 13  # days; older follow-ups are not left open
OPEN_SHARE = 0.3  # of the younger ones that are overdue
CARE_SHARE = 0.14  # of customers for whom something is planned


class Talk:
    """Schedules and writes interactions; writes follow-ups."""

    def __init__(self, stage: Stage, people: People) -> None:
        self.stage, self.people = stage, people
        self._due: dict[int, list[tuple[int, str, str, str]]] = defaultdict(list)
        self._rows = stage.bulk.table(
            "interaction", "id created_at customer_id contact_id staff_id kind happened_at minutes summary channel"
        )
        self._follow_ups = stage.bulk.table(
            "follow_up",
            "id created_at customer_id contact_id staff_id subject due_on due_time rrule state done_at outcome"
            " about_entity about_id",
        )

    def about_order(self, day: int, last: int, who: int, basket: Basket, project: str, often: bool) -> None:
        """What is said around an order."""
        chance, detail = self.stage.chance, self.stage.detail
        drawn = chance.random()
        if drawn < 0.25 * detail:
            self._say(last + 1 + int(drawn * 30), who, "after", project, basket.product)
        elif drawn > 1 - 0.18 * detail and often:
            self._say(day + 8, who, "regular", project, basket.product)

    def before_offer(self, day: int, who: int, basket: Basket, project: str) -> None:
        """The enquiry a quotation answers."""
        self._say(max(day - 1, self.people.plan.start[who], 0), who, "before", project, basket.product)

    def dun(self, day: int, who: int) -> None:
        """A reminder of money overdue."""
        if self.stage.chance.random() < 0.35 * self.stage.detail:
            self._say(day, who, "dunning", "", "")

    def run(self, day: int) -> None:
        """Write the interactions of a day."""
        stage, people = self.stage, self.people
        chance = stage.chance
        for who, topic, project, product in self._due.pop(day, ()):
            abroad = people.kinds[who] == "x"
            sentences = talk()[f"{topic}_en" if abroad else topic]
            kind, sentence = sentences[int(chance.random() * len(sentences))]
            visits = people.catalogue.technicians if topic == "after" and kind == "visit" else None
            staff = visits[int(chance.random() * len(visits))] if visits else people.owner(who)
            now = stage.stamp(day, 540 + int(chance.random() * 480))
            minutes = max(2, int(MINUTES[kind] * (0.5 + chance.random())))
            summary = sentence.format(project=project, product=product)
            row = (people.key(who), people.contact(who), staff, kind, now, minutes, summary, "")
            self._rows.append((stage.keys.next(), now, *row))

    def follow_up(
        self, made: int, who: int, due: int, subject: str, *, time: str = "", rule: str = "", about: bytes | None = None
    ) -> None:
        """Plan something; what lies long back is done."""
        stage = self.stage
        overdue = DAYS - due
        done = overdue >= SURELY_DONE or (overdue > 0 and about is not None and stage.chance.random() > OPEN_SHARE)
        outcomes = talk()["outcomes_en" if self.people.kinds[who] == "x" else "outcomes"]
        outcome = outcomes[int(stage.chance.random() * len(outcomes))] if done else ""
        self._follow_ups.append(
            (stage.keys.next(), stage.stamp(min(made, DAYS), 1000), self.people.key(who), self.people.contact(who),
             self.people.owner(who), subject, stage.text(due), f"{time}:00.000000" if time else None, rule,
             "done" if done else "open", stage.stamp(due, 700) if done else None, outcome,
             "quotation" if about else "", about)
        )  # fmt: skip

    def plan_ahead(self) -> None:
        """What stands in the book today: the named customers' affairs and some care for the others."""
        for who, subject, days, time, rule in talk()["named"]:
            self.follow_up(DAYS - 5, who, DAYS + days, subject, time=time, rule=rule)
        chance, plan = self.stage.chance, self.people.plan
        for who in range(len(words()["named"]), len(plan.kind)):
            if plan.size[who] <= OCCASIONAL and chance.random() < CARE_SHARE * self.stage.detail:
                self._care(who, chance.randint(0, 6) if chance.random() < 0.4 else chance.randint(-8, 60))

    def _care(self, who: int, days: int) -> None:
        kind = self.people.kinds[who]
        if kind == "x":
            subject = self.stage.chance.choice(talk()["care_en"])
        elif self.people.plan.pay[who] >= 2:
            subject = self.stage.chance.choice(talk()["collect"])
        else:
            subject = self.stage.chance.choice(talk()["care_household" if kind == "h" else "care"])
        rule = "FREQ=MONTHLY;INTERVAL=6" if kind == "h" else ""
        time = f"{9 + who % 8:02}:30" if who % 4 == 0 else ""
        self.follow_up(DAYS - 20, who, self.stage.workday(DAYS + days), subject, time=time, rule=rule)

    def _say(self, day: int, who: int, topic: str, project: str, product: str) -> None:
        if day < DAYS:
            self._due[self.stage.workday(day) if day + 1 < DAYS else day].append((who, topic, project, product))
