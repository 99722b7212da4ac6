"""A mail as a file that a mail program opens as a draft, or as an address that it opens without attachment."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from email.headerregistry import Address
from email.message import EmailMessage
from email.policy import SMTP
from urllib.parse import quote

_BREAK = re.compile("[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]+")
_UNFIT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_ADDRESS = re.compile(r"[^\s@,;<>()\[\]\\\":]+@[^\s@,;<>()\[\]\\\":]+\.[^\s@,;<>()\[\]\\\":]+")
_PLACE = re.compile(r"\{(\w+)\}")
PLACES = ("document", "number", "customer", "contact", "shop")
LONGEST_LINK = 1_800  # characters; Windows cuts longer ones


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file that goes along."""

    name: str
    content: bytes
    kind: str = "application/pdf"


@dataclass(frozen=True, slots=True)
class Mail:
    """A mail to be sent by the mail program; ``to`` and ``sender`` are pairs of a name and an address."""

    subject: str
    body: str
    to: tuple[tuple[str, str], ...] = ()
    sender: tuple[str, str] = ("", "")
    attachments: tuple[Attachment, ...] = ()


def is_address(text: str) -> bool:
    """Whether ``text`` is one plain mail address."""
    return _ADDRESS.fullmatch(text) is not None


def addresses(text: str) -> list[str] | None:
    """The addresses typed with commas, semicolons or blanks between them; None when one of them is none."""
    found = [part for part in re.split(r"[\s,;\u3001\uff0c\uff1b]+", text) if part]
    return found if all(is_address(part) for part in found) else None


def filled(template: str, values: Mapping[str, str]) -> str:
    """``template`` with its places such as {number} filled; what is no known place stays as typed."""
    return _PLACE.sub(lambda match: values.get(match[1], match[0]), template)


def eml(mail: Mail) -> bytes:
    """The .eml file: a draft (X-Unsent) with its attachments; every name and text in UTF-8, no header can be added."""
    message = EmailMessage(policy=SMTP)
    message["X-Unsent"] = "1"
    if is_address(mail.sender[1]):
        message["From"] = _address(*mail.sender)
    to = [_address(name, address) for name, address in mail.to if is_address(address)]
    if to:
        message["To"] = to
    message["Subject"] = one_line(mail.subject)
    message.set_content(_body(mail.body), charset="utf-8", cte="base64")
    for one in mail.attachments:
        major, _, minor = one.kind.partition("/")
        message.add_attachment(one.content, maintype=major, subtype=minor, filename=one_line(one.name))
    return message.as_bytes()


def mailto(mail: Mail) -> str:
    """The link that opens a mail program with addresses, subject and text; it cannot carry a file.

    A text too long for a link is cut.
    """
    to = ",".join(quote(address, safe="@") for _name, address in mail.to if is_address(address))
    subject = quote(one_line(mail.subject), safe="")
    body = _body(mail.body).replace("\n", "\r\n")
    link = f"mailto:{to}?subject={subject}&body="
    while body and len(link) + len(quote(body, safe="")) > LONGEST_LINK:
        body = body[: len(body) * 9 // 10 if len(body) > 20 else len(body) - 1]
    return link + quote(body, safe="")


def one_line(text: str) -> str:
    """``text`` without line breaks and control characters, so that it cannot begin another header."""
    return " ".join(_BREAK.sub(" ", text).split())


def _body(text: str) -> str:
    return _UNFIT.sub("\ufffd", text.replace("\r\n", "\n").replace("\r", "\n")).rstrip() + "\n"


def _address(name: str, address: str) -> Address:
    user, _, domain = address.rpartition("@")
    return Address(one_line(name), user, domain)
