"""Mails as files and as links: what arrives is what was written, and nothing typed becomes a header."""

from __future__ import annotations

from email import message_from_bytes, policy
from email.message import EmailMessage
from urllib.parse import parse_qs, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from desktop_crm.reports.mail import LONGEST_LINK, Attachment, Mail, addresses, eml, filled, mailto, one_line

PDF = Attachment("Q2026-0187 宏益建設有限公司.pdf", b"%PDF-1.4 of the test")
HEADERS = {"X-Unsent", "From", "To", "Subject", "MIME-Version", "Content-Type"}


def parsed(mail: Mail) -> EmailMessage:
    message = message_from_bytes(eml(mail), policy=policy.default)
    assert isinstance(message, EmailMessage)
    return message


def test_what_is_written_arrives() -> None:
    to = (("張經理", "chang@hongyi.example"), ("", "office@hongyi.example"))
    message = parsed(
        Mail("報價單 Q1", "張經理 您好\n\n附上報價單。", to, ("明德水電工程行", "me@mingde.example"), (PDF,))
    )
    assert set(message.keys()) == HEADERS
    assert message["X-Unsent"] == "1"
    assert message["Subject"] == "報價單 Q1"
    assert [(a.display_name, a.addr_spec) for a in message["To"].addresses] == list(to)
    assert message["From"].addresses[0].display_name == "明德水電工程行"
    body = message.get_body()
    assert body is not None
    assert body.get_content().splitlines() == ["張經理 您好", "", "附上報價單。"]
    (part,) = message.iter_attachments()
    assert (part.get_filename(), part.get_content_type()) == (PDF.name, "application/pdf")
    assert part.get_content() == PDF.content


def test_without_addresses_there_are_no_address_lines() -> None:
    message = parsed(Mail("a", "b", (("n", "no address"),), ("shop", "")))
    assert "To" not in message
    assert "From" not in message


texts = st.text(st.characters(), max_size=120)  # lone surrogates too


@given(subject=texts, name=texts, file=texts, shop=texts)
def test_no_text_becomes_a_header_of_its_own(subject: str, name: str, file: str, shop: str) -> None:
    evil = "\r\nBcc: everyone@example.com\r\n\r\nhello"
    mail = Mail(
        subject + evil,
        "text",
        ((name + evil, "a@b.example"),),
        (shop + evil, "c@d.example"),
        (Attachment(file + evil, b""),),
    )
    message = parsed(mail)
    assert set(message.keys()) == HEADERS
    assert "Bcc" not in [key for part in message.walk() for key in part]
    assert [one.addr_spec for one in message["To"].addresses] == ["a@b.example"]


@given(subject=texts, body=st.text(max_size=4000))
def test_a_link_holds_subject_and_text_and_stays_short(subject: str, body: str) -> None:
    link = mailto(Mail(subject, body, (("x", "a+b@c.example"),)))
    assert len(link) <= max(LONGEST_LINK, 100 + len(mailto(Mail(subject, ""))))
    split = urlsplit(link)
    assert (split.scheme, split.path) == ("mailto", "a%2Bb@c.example")
    assert set(parse_qs(split.query, keep_blank_values=True)) == {"subject", "body"}
    assert "\n" not in link


def test_a_short_text_is_whole_in_the_link() -> None:
    query = parse_qs(urlsplit(mailto(Mail("報價 & 單", "一\n二", ()))).query)
    assert query == {"subject": ["報價 & 單"], "body": ["一\r\n二\r\n"]}


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("a@b.tw", ["a@b.tw"]),
        ("a@b.tw, c@d.tw;e@f.tw", ["a@b.tw", "c@d.tw", "e@f.tw"]),
        ("a@b.tw\uff1bc@d.tw\u3001e@f.tw", ["a@b.tw", "c@d.tw", "e@f.tw"]),
        ("", []),
        ("a@b", None),
        ("a@b.tw, nobody", None),
        ("<a@b.tw>", None),
        ("a@b.tw\r\nBcc: c@d.tw", None),
    ],
)
def test_addresses_are_taken_apart(typed: str, found: list[str] | None) -> None:
    assert addresses(typed) == found


def test_places_are_filled_once_and_unknown_ones_stay() -> None:
    assert filled("{number} {shop} {what} {", {"number": "{shop}", "shop": "明德"}) == "{shop} 明德 {what} {"


@given(texts)
def test_a_line_is_one_line(text: str) -> None:
    assert len(one_line(text + "\u2028x\x85y\nz").splitlines()) == 1
