"""The words of customer fields, for list, card and form."""

from __future__ import annotations

from desktop_crm.core.i18n import N_
from desktop_crm.core.titles import CUSTOMER_TYPES, LEGAL_FORMS

POINT_KINDS = {
    "phone": N_("Phone"),
    "mobile": N_("Mobile"),
    "fax": N_("Fax"),
    "email": N_("E-mail"),
    "line": N_("LINE"),
    "web": N_("Website"),
}
SALUTATIONS = ("先生", "小姐", "女士", "經理", "老闆", "董事長", "主任", "老師")


def kind_of(legal_form: str, customer_type: str) -> str:
    """The msgid of what a list says about the kind: persons and organisations by form, companies by type."""
    if legal_form != "company" and customer_type == "direct":
        return LEGAL_FORMS.get(legal_form, "")
    return CUSTOMER_TYPES.get(customer_type, "")
