"""Customers with their contacts, numbers, addresses and sites."""

from __future__ import annotations

from itertools import accumulate
from typing import Any

from desktop_crm.services.sample.catalogue import Catalogue
from desktop_crm.services.sample.plan import KINDS, LEAD, REGULAR, Plan
from desktop_crm.services.sample.stage import MORNING, Stage
from desktop_crm.services.sample.words import District, districts, names, words

FORMS = {"h": "person", "o": "organisation"}
PAYMENT_DAYS = {"b": 60, "f": 30, "r": 0, "s": 7, "o": 30, "h": 0, "d": 30, "x": 30}
MONTHLY = "bfd"  # settle by month (月結)
TAXED = "bfd"  # always have a tax number
MANY = 3_000  # customers; above, made-up names get another character
AREAS = {  # area code, digits before and after the middle of a number
    "臺北市": ("02", "25"), "新北市": ("02", "29"), "基隆市": ("02", "24"), "桃園市": ("03", "3"),
    "新竹市": ("03", "5"), "新竹縣": ("03", "5"), "宜蘭縣": ("03", "9"), "苗栗縣": ("037", "3"), "臺中市": ("04", "23"),
    "彰化縣": ("04", "7"), "雲林縣": ("05", "5"), "嘉義縣": ("05", "2"), "臺南市": ("06", "2"), "高雄市": ("07", "3"),
}  # fmt: skip
_UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4)


def ubn(count: int) -> str:
    """A well-formed 統一編號, another one for every count below 9,000,000."""
    body = str(1_000_000 + (count * 7_368_787 + 4_815_162) % 9_000_000)
    total = sum(sum(divmod(int(digit) * weight, 10)) for digit, weight in zip(body, _UBN_WEIGHTS, strict=True))
    return body + str(-total % 5 + (5 if count % 2 else 0))


class People:
    """Writes customers and remembers the keys that documents point at."""

    def __init__(self, stage: Stage, plan: Plan, catalogue: Catalogue) -> None:
        self.stage, self.plan, self.catalogue = stage, plan, catalogue
        count = len(plan.kind)
        self.kinds = "".join(KINDS[place] for place in plan.kind.tolist())
        self._third = words()["second"] if count > MANY else [""]
        self._keys, self._contacts = bytearray(16 * count), bytearray(16 * count)
        self.sites: dict[int, list[bytes]] = {}
        self._surnames = list(accumulate(names()["percent"]))
        near = words()["weights"]
        per = {county: sum(d.county == county for d in districts()) for county in near}
        self._districts = list(accumulate(near[d.county] / per[d.county] for d in districts()))
        table = stage.bulk.table
        self._customers = table(
            "customer",
            "id created_at code name short_name name_en legal_form customer_type tax_number country industry source"
            " channel language currency note owner_id referrer_id price_list_id agreed_payment_terms"
            " agreed_payment_days closing_day credit_limit",
        )
        self._people = table(
            "contact", "id created_at customer_id name salutation title department is_primary birthday"
        )
        self._points = table("contact_point", "id created_at customer_id contact_id kind typed e164 label is_primary")
        self._addresses = table("address", "id created_at customer_id kind postal_code county district street country")
        self._sites = table("site", "id created_at customer_id contact_id name postal_code county district street")
        self._tags = table("customer_tag", "id created_at customer_id tag_id")

    def key(self, who: int) -> bytes:
        """The key of a customer."""
        return bytes(self._keys[16 * who : 16 * who + 16])

    def contact(self, who: int) -> bytes:
        """The key of its first contact."""
        return bytes(self._contacts[16 * who : 16 * who + 16])

    def owner(self, who: int) -> bytes:
        """The salesperson who looks after a customer."""
        sellers = self.catalogue.sellers
        return sellers[1] if who == 0 else sellers[who * 7 // 3 % len(sellers)]

    def tax_number(self, who: int) -> str:
        """The 統一編號; firms have one, small shops and bodies some of them."""
        if who < len(words()["named"]):
            return str(words()["named"][who]["tax"])
        kind = self.kinds[who]
        return ubn(who) if kind in TAXED or (kind in "rso" and who % 9 < 5) else ""

    def site(self, who: int, choice: float) -> bytes | None:
        """One of the customer's sites, if it has any."""
        sites = self.sites.get(who)
        return sites[int(choice * len(sites))] if sites else None

    def write(self, who: int, day: int) -> None:
        """Write customer number ``who``, first met on ``day``."""
        stage, kind = self.stage, self.kinds[who]
        named: dict[str, Any] = words()["named"][who] if who < len(words()["named"]) else {}
        key = stage.keys.next()
        self._keys[16 * who : 16 * who + 16] = key
        now = stage.stamp(day, MORNING + who % 540)
        district = self._district(named)
        person = self._person(kind)
        self._customers.append((key, now, *self._customer(who, kind, named, district, person)))
        self._reach(who, key, now, kind, named, district, person)
        street = named.get("street") or self._street(kind)
        country = "HK" if kind == "x" else "TW"
        self._addresses.append(
            (stage.keys.next(), now, key, "registered", *district_row(district, kind), street, country)
        )
        if kind in "bfox" and self.plan.size[who] <= REGULAR:
            self._write_sites(who, key, now, kind, district)
        if stage.chance.random() < 0.25:
            tag = self.catalogue.tags[int(stage.chance.random() * len(self.catalogue.tags))]
            self._tags.append((stage.keys.next(), now, key, tag))

    def _customer(
        self, who: int, kind: str, named: dict[str, Any], district: District, person: tuple[str, str]
    ) -> tuple[object, ...]:
        chance = self.stage.chance
        name, short = (named["name"], named["short"]) if named else self._name(who, kind, district, person[0])
        role = named.get("type") or ("distributor", "wholesaler", "agent")[who % 3] if kind == "d" else "direct"
        referrer = int(chance.random() * who) if who and chance.random() < 0.09 else named.get("referrer", -1)
        referrer_key = self.key(referrer) if referrer >= 0 and any(self.key(referrer)) else None
        source = words()["sources"][0] if referrer_key else chance.choice(words()["sources"])
        industry = named.get("industry", words()["industry"][kind])
        big = kind in "bfd" and self.plan.size[who] <= REGULAR
        note = chance.choice(words()["customer_notes"]) if chance.random() < 0.12 and kind != "x" else ""
        return (
            f"C{who + 1:05}", name, short, name if kind == "x" else "", FORMS.get(kind, "company"), role,
            self.tax_number(who), "HK" if kind == "x" else "TW", industry, source, chance.choice(words()["channels"]),
            "en" if kind == "x" else "zh_TW", "HKD" if kind == "x" else "TWD", note, self.owner(who), referrer_key,
            self.catalogue.dealer_list if kind == "d" else None,
            words()["terms"][kind] if self.plan.size[who] != LEAD else "", PAYMENT_DAYS[kind],
            (25 if who % 3 else 31) if kind in MONTHLY else None, 500_000 if big else None,
        )  # fmt: skip

    def _name(self, who: int, kind: str, district: District, person: str) -> tuple[str, str]:
        chance, parts = self.stage.chance, words()
        if kind == "h":
            return (f"{person[0]}太太（{district.name[:-1]}）", "") if who % 9 == 0 else (person, "")
        if kind == "x":
            place = f"{chance.choice(parts['abroad'])} {chance.choice(('View', 'Plaza', 'Park', 'Court', 'Garden'))}"
            return f"{place} {chance.choice(parts['abroad_endings'])}", place
        ending = chance.choice(parts["endings"][kind])
        if kind == "o":
            short = f"{district.name[:-1]}{chance.choice(parts['first'])}{chance.choice(parts['second'])}"
        else:
            heads = (parts["warm"], parts["cosy"]) if kind in "rs" else (parts["first"], parts["second"])
            short = chance.choice(heads[0]) + chance.choice(heads[1]) + chance.choice(self._third)
        trade = ending.removesuffix("股份有限公司").removesuffix("有限公司")
        return short + ending, short + trade[:2]

    def _person(self, kind: str) -> tuple[str, str]:
        """A name and a form of address."""
        chance = self.stage.chance
        if kind == "x":
            return chance.choice(words()["abroad_names"]), ""
        female = chance.random() < 0.5
        surname = chance.choices(names()["surnames"], cum_weights=self._surnames)[0]
        given = chance.choice(names()["female" if female else "male"])
        return surname + given, "小姐" if female else "先生"

    def _district(self, named: dict[str, Any]) -> District:
        if named.get("county"):
            found = [d for d in districts() if (d.county, d.name) == (named["county"], named["district"])]
            return found[0] if found else District(named.get("zip", ""), named["county"], named["district"])
        return self.stage.chance.choices(districts(), cum_weights=self._districts)[0]

    def _street(self, kind: str) -> str:
        chance = self.stage.chance
        if kind == "x":
            return f"{chance.randint(1, 300)} {chance.choice(words()['abroad_streets'])}, Hong Kong"
        section = chance.choice(("", "", "一段", "二段", "三段"))
        floor = f" {chance.randint(2, 12)} 樓" if chance.random() < 0.4 else ""
        return f"{chance.choice(words()['roads'])}{section} {chance.randint(1, 480)} 號{floor}"

    def _phone(self, district: District) -> str:
        area, head = AREAS.get(district.county, ("02", "25"))
        chance = self.stage.chance
        length = 4 if len(head) == 2 else 3
        middle = head + "".join(chance.choice("23456789") for _ in range(length - len(head)))
        return f"{area}-{middle}-{chance.randint(0, 99):0{3 if area == '037' else 4}}"

    def _mobile(self) -> str:
        chance = self.stage.chance
        return f"09{chance.randint(10, 39)}-000-{chance.randint(0, 999):03}"

    def _reach(
        self, who: int, key: bytes, now: str, kind: str, named: dict[str, Any], district: District,
        person: tuple[str, str],
    ) -> None:  # fmt: skip
        stage = self.stage
        contact = stage.keys.next()
        self._contacts[16 * who : 16 * who + 16] = contact
        title = stage.chance.choice(words()["titles"][kind])
        name, salutation = person
        if named:
            surname, salutation = named["contact"]
            name, title = (surname if kind == "x" else surname + person[0][-2:]), "" if kind == "h" else salutation
        birthday = f"{1950 + who % 50}-{1 + who % 12:02}-{1 + who % 28:02}" if who % 6 == 0 and kind == "h" else None
        department = words()["departments"].get(kind, "")
        self._people.append((contact, now, key, name, salutation, title, department, 1, birthday))
        main = named.get("phone") or self._main_number(kind, district)
        is_mobile = main.startswith("09")
        self._point(now, key, None, "mobile" if is_mobile else "phone", main, 1)
        if not is_mobile and kind != "x":
            self._point(now, key, contact, "mobile", self._mobile(), 0)
        if kind in "bfdox" or who % 4 == 0:
            self._point(now, key, contact, "email", f"office@c{who + 1:05}.example", 0)
        if kind in "rsh" and who % 3 == 0:
            self._point(now, key, contact, "line", f"c{who + 1:05}tw", 0)
        if kind in "bfd" and self.plan.size[who] <= REGULAR:
            self._point(now, key, None, "fax", self._phone(district), 0)
            self._second(now, key, kind)

    def _main_number(self, kind: str, district: District) -> str:
        chance = self.stage.chance
        if kind == "x":
            return f"+852 2{chance.randint(100, 999)} {chance.randint(0, 99):04}"
        return self._mobile() if kind == "h" or (kind == "r" and chance.random() < 0.3) else self._phone(district)

    def _second(self, now: str, key: bytes, kind: str) -> None:
        """Another person at a larger firm, whom we know by mobile only."""
        contact = self.stage.keys.next()
        name, salutation = self._person(kind)
        title = self.stage.chance.choice(words()["titles"][kind])
        self._people.append((contact, now, key, name, salutation, title, "", 0, None))
        self._point(now, key, contact, "mobile", self._mobile(), 0)

    def _point(self, now: str, key: bytes, contact: bytes | None, kind: str, typed: str, primary: int) -> None:
        e164 = ""
        if kind in ("phone", "mobile", "fax"):
            digits = typed.replace("-", "").replace(" ", "")
            e164 = digits if digits.startswith("+") else "+886" + digits[1:]
        self._points.append((self.stage.keys.next(), now, key, contact, kind, typed, e164, "", primary))

    def _write_sites(self, who: int, key: bytes, now: str, kind: str, district: District) -> None:
        chance = self.stage.chance
        chosen = chance.sample(words()["sites"][kind], chance.randint(1, 3))
        self.sites[who] = [self.stage.keys.next() for _ in chosen]
        for site, name in zip(self.sites[who], chosen, strict=True):
            place = district if chance.random() < 0.5 else self._district({})
            row = (*district_row(place, kind), self._street(kind))
            self._sites.append((site, now, key, self.contact(who), name, *row))


def district_row(district: District, kind: str) -> tuple[str, str, str]:
    """Postal code, county, district; empty abroad."""
    return ("", "", "") if kind == "x" else (district.postal_code, district.county, district.name)
