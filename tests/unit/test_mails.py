"""The words and addresses of the mail a document goes out with."""

from __future__ import annotations

import re

import pytest

from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import translator
from desktop_crm.core.settings import Company, MailTexts
from desktop_crm.reports import mail
from desktop_crm.services import contacts, customers, mails, settings
from desktop_crm.services.customers import CustomerForm, Point
from desktop_crm.services.shops import Shop


def test_own_words_are_not_stored_and_others_are(shop: Shop) -> None:
    run = shop.database.run
    with shop.database.read() as session:
        own = mails.load(session)
    run(mails.change, {**own, "subject_en": "Offer {number}"})
    with shop.database.read() as session:
        assert settings.load(session, MailTexts) == MailTexts(subject_en="Offer {number}")
        assert mails.load(session) == {**own, "subject_en": "Offer {number}"}
    run(mails.change, {"subject_en": "  "})
    with shop.database.read() as session:
        assert mails.load(session) == own


def test_each_document_has_texts_of_its_own(shop: Shop) -> None:
    run = shop.database.run
    customer = run(customers.create, CustomerForm({"name": "宏益"})).result
    run(mails.change, {"statement_subject_en": "Account {period}", "statement_body_en": ""})
    with shop.database.read() as session:
        assert settings.load(session, MailTexts) == MailTexts(others={"statement_subject_en": "Account {period}"})
        places = {"period": "May", "amount": "5"}
        told = mails.words(session, customer, "statement", "May", "en", places=places)
        offer = mails.words(session, customer, "quotation", "Q1", "en")
    assert mail.filled(told.subject, told.values) == "Account May"
    assert "{" not in mail.filled(told.body, told.values)
    assert offer.subject == translator("en")(mails.SUBJECT)


@pytest.mark.parametrize("lang", ["zh_TW", "zh_CN", "en"])
@pytest.mark.parametrize("kind", mails.KINDS)
def test_the_own_words_use_only_places_their_document_fills(kind: str, lang: str) -> None:
    known = {*mails.KINDS[kind].places, "document", "customer", "contact", "shop"}
    for part in mails.LIMITS:
        used = set(re.findall(r"\{(\w+)\}", mails.Text(kind, part, lang).own()))
        assert used <= known
        assert "document" in used


def test_a_text_too_long_for_a_mail_is_refused(shop: Shop) -> None:
    with pytest.raises(UserError) as caught:
        shop.database.run(mails.change, {"body_en": "x" * 2000})
    assert caught.value.field == "body_en"


def test_the_words_are_in_the_language_of_the_document(shop: Shop) -> None:
    run = shop.database.run
    run(settings.save, Company(name="明德水電工程行", name_en="Mingde", email="me@mingde.example"))
    customer = run(customers.create, CustomerForm({"name": "宏益", "name_en": "Hongyi"})).result
    with shop.database.read() as session:
        words = mails.words(session, customer, "quotation", "Q1", "en")
        home = mails.words(session, customer, "quotation", "Q1", "zh_TW")
    assert words.values == {
        "document": "Quotation",
        "number": "Q1",
        "customer": "Hongyi",
        "contact": "Ladies and gentlemen",
        "shop": "Mingde",
    }
    assert words.sender == ("Mingde", "me@mingde.example")
    assert home.values["document"] == translator("zh_TW")("Quotation")
    assert home.values["customer"] == "宏益"
    assert home.subject != words.subject


def test_the_address_of_the_contact_comes_first(shop: Shop) -> None:
    run = shop.database.run
    points = (Point("email", "office@a.example"), Point("phone", "02-2592-0000"))
    customer = run(customers.create, CustomerForm({"name": "宏益"}, points)).result
    run(contacts.create, customer, {"name": "王"}, (Point("email", "wang@a.example"),))
    chang = run(
        contacts.create, customer, {"name": "張", "salutation": "經理"}, (Point("email", "chang@a.example"),)
    ).result
    gone = run(contacts.create, customer, {"name": "李"}, (Point("email", "gone@a.example"),)).result
    run(contacts.archive, gone)
    with shop.database.read() as session:
        words = mails.words(session, customer, "quotation", "Q1", contact_id=chang)
        nobody = mails.words(session, customer, "quotation", "Q1")
    assert words.to == (("張", "chang@a.example"), ("宏益", "office@a.example"), ("王", "wang@a.example"))
    assert words.values["contact"] == "張 經理"
    assert nobody.to[0] == ("宏益", "office@a.example")
    assert nobody.values["contact"] == translator("zh_TW")(mails.CUSTOMER)


def test_without_a_contact_the_owner_of_the_address_is_addressed(shop: Shop) -> None:
    run = shop.database.run
    customer = run(customers.create, CustomerForm({"name": "宏益"})).result
    run(contacts.create, customer, {"name": "王"}, (Point("email", "wang@a.example"),))
    chang = {"name": "張", "salutation": "經理", "is_primary": True}
    run(contacts.create, customer, chang, (Point("email", "chang@a.example"),))
    with shop.database.read() as session:
        words = mails.words(session, customer, "statement", "May")
    assert words.to[0] == ("張", "chang@a.example")
    assert words.values["contact"] == "張 經理"


@pytest.mark.parametrize(
    ("name", "salutation", "called"),
    [
        ("Alan Cheung", "Mr", "Mr Alan Cheung"),
        ("張志明", "經理", "張志明 經理"),
        ("張經理", "經理", "張經理"),
        ("Lin", "", "Lin"),
    ],
)
def test_a_contact_is_addressed_as_people_do(shop: Shop, name: str, salutation: str, called: str) -> None:
    run = shop.database.run
    customer = run(customers.create, CustomerForm({"name": "宏益"})).result
    contact = run(contacts.create, customer, {"name": name, "salutation": salutation}).result
    with shop.database.read() as session:
        assert mails.words(session, customer, "quotation", "Q1", "en", contact).values["contact"] == called


def test_a_person_is_addressed_by_name(shop: Shop) -> None:
    customer = shop.database.run(customers.create, CustomerForm({"name": "林靜宜", "legal_form": "person"})).result
    with shop.database.read() as session:
        assert mails.words(session, customer, "statement", "May").values["contact"] == "林靜宜"
