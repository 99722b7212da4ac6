"""Tax and company numbers: Taiwan's 統一編號 by its own rule, other countries through python-stdnum."""

from __future__ import annotations

_FULL_WIDTH = str.maketrans("０１２３４５６７８９－　", "0123456789- ")
_UBN_WEIGHTS = (1, 2, 1, 2, 1, 2, 4, 1)


def check_tw_ubn(number: str) -> bool:
    """Whether ``number`` is a well-formed 統一編號; blanks, hyphens and full-width digits are forgiven.

    Rule of the Ministry of Finance since April 2023: each digit x its weight, the digits of the products
    added up; the sum is divisible by 5. If the seventh digit is 7 its product 28 counts as 1 + 0 or 0,
    so sum or sum + 1 may be divisible. python-stdnum 2.2 still divides by 10 and refuses new numbers.
    """
    plain = _compact(number)
    if len(plain) != 8 or not (plain.isascii() and plain.isdigit()) or plain == "00000000":
        return False
    products = [int(digit) * weight for digit, weight in zip(plain, _UBN_WEIGHTS, strict=True)]
    total = sum(product // 10 + product % 10 for product in products)
    return total % 5 == 0 or (plain[6] == "7" and (total + 1) % 5 == 0)


def check_tax_id(number: str, country: str) -> bool | None:
    """Whether a company's tax number is well formed in ``country`` (ISO code, or EL); None if no rule is known.

    An empty number gives False. The form and check digits are tested, not whether the number was given out.
    """
    code = country.strip().upper()
    if code == "TW":
        return check_tw_ubn(number)
    if len(code) != 2 or not (code.isascii() and code.isalpha()):
        return None
    from stdnum import get_cc_module

    rule = get_cc_module("gr" if code == "EL" else code.lower(), "vat")
    return None if rule is None else bool(rule.is_valid(number.translate(_FULL_WIDTH).strip()))


def _compact(number: str) -> str:
    return number.translate(_FULL_WIDTH).replace(" ", "").replace("-", "").strip()
