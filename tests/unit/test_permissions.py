"""Who holds no permission writes nothing; who holds some does what they allow."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from desktop_crm.core.errors import UserError
from desktop_crm.core.permissions import EVERYTHING, Permission, needs, permission_of
from desktop_crm.models import Staff
from desktop_crm.services import shops
from desktop_crm.services.shops import Shop


@needs(Permission.MONEY)
def take_money(session: Session) -> str:
    session.add(Staff(code="X", name="X"))
    return "taken"


def unmarked(session: Session) -> str:
    return "done"


def test_a_marked_function_stays_what_it_was() -> None:
    assert permission_of(take_money) is Permission.MONEY
    assert take_money.__name__ == "take_money"


def test_the_owner_may_do_everything(shop: Shop) -> None:
    assert shop.database.permissions == EVERYTHING
    assert shop.database.run(take_money).result == "taken"
    assert shop.database.run(unmarked).result == "done"


@pytest.mark.parametrize("held", [{Permission.QUOTE}, EVERYTHING - {Permission.MONEY}], ids=["one", "all but one"])
def test_what_is_not_allowed_is_refused_before_anything_is_written(shop: Shop, held: set[Permission]) -> None:
    shop.database.permissions = frozenset(held)
    for function in (take_money, unmarked):
        with pytest.raises(UserError, match="may not do this"):
            shop.database.run(function)
    with shop.database.read() as session:
        assert session.scalar(select(func.count()).where(Staff.code == "X")) == 0


def test_the_permission_it_needs_is_enough(shop: Shop) -> None:
    shop.database.permissions = frozenset({Permission.MONEY})
    assert shop.database.run(take_money).result == "taken"


def test_a_shop_opened_for_reading_takes_nothing(shop: Shop) -> None:
    path: Path = shop.database.path
    reading = shops.open_shop(path, writable=False)
    with pytest.raises(UserError, match="for reading only"):
        reading.database.run(take_money)
    reading.close()
