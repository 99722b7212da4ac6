"""Countries, currencies and time zones in the languages of the program."""

from __future__ import annotations

import pytest

from desktop_crm.core import places
from desktop_crm.core.errors import UserError
from desktop_crm.core.settings import Trade
from desktop_crm.services import settings, trade
from desktop_crm.services.shops import Shop


@pytest.mark.parametrize(("lang", "name"), [("zh_TW", "台灣"), ("zh_CN", "台湾"), ("en", "Taiwan")])
def test_the_lists_are_in_the_language_and_begin_at_home(lang: str, name: str) -> None:
    countries, zones, currencies = places.countries(lang), places.zones(lang), places.currencies(lang)
    assert countries[0] == ("TW", name)
    assert zones[0][0] == "Asia/Taipei"
    assert zones[0][1].endswith("(UTC+8)")
    assert currencies[0][0] == "TWD"
    assert dict(zones)["Asia/Kolkata"].endswith("(UTC+5:30)")
    assert "(UTC-" in dict(zones)["America/Bogota"]
    assert len(countries) > 200
    for listed in (countries, zones, currencies):
        assert len({key for key, _text in listed}) == len(listed)
        assert all(text for _key, text in listed)


def test_every_choice_is_one_that_can_be_stored() -> None:
    assert all(places.is_country(code) for code, _name in places.countries("en"))
    assert all(places.is_zone(name) for name, _text in places.zones("en"))
    assert not places.is_country("ZZ")
    assert not places.is_zone("Mars/Olympus")


def test_country_and_zone_are_stored_and_checked(shop: Shop) -> None:
    shop.database.run(trade.change, {"country": "JP", "zone": "Asia/Tokyo"})
    with shop.database.read() as session:
        stored = settings.load(session, Trade)
    assert (stored.country, stored.zone) == ("JP", "Asia/Tokyo")
    for values, field in (({"country": "Japan"}, "country"), ({"zone": "UTC+9"}, "zone")):
        with pytest.raises(UserError) as caught:
            shop.database.run(trade.change, values)
        assert caught.value.field == field
