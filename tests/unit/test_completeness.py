"""How much is known of a customer."""

from __future__ import annotations

from desktop_crm.services import completeness, contacts, customer_card, customers
from desktop_crm.services.customers import CustomerForm, Point, PostalAddress
from desktop_crm.services.shops import Shop


def test_the_next_missing_piece_is_named_and_the_count_grows(shop: Shop) -> None:
    key = shop.database.run(customers.create, CustomerForm({"name": "宏益建設"})).result

    def known(*, spoken: bool = False) -> completeness.Completeness:
        with shop.database.read() as session:
            return completeness.of_card(customer_card.load(session, key), spoken=spoken)

    assert (known().known, known().wanted, known().missing[:2]) == (0, 8, ("person", "phone"))
    shop.database.run(contacts.create, key, {"name": "張志明"})
    assert (known().known, known().missing[0]) == (1, "phone")
    points = (Point("phone", "04-22581180"), Point("email", "a@b.example"))
    values = {"tax_number": "04595257", "industry": "營造業", "agreed_payment_terms": "月結"}
    shop.database.run(customers.update, key, CustomerForm(values, points, PostalAddress(street="文心路 1 號")))
    assert known().missing == ("talk",)
    assert known(spoken=True).missing == ()


def test_a_private_person_needs_no_tax_number(shop: Shop) -> None:
    key = shop.database.run(customers.create, CustomerForm({"name": "王太太", "legal_form": "person"})).result
    with shop.database.read() as session:
        found = completeness.of_card(customer_card.load(session, key), spoken=False)
    assert found.wanted == 5
    assert not set(found.missing) & completeness.FIRMS_ONLY
