"""The fields of the letterhead, for the settings and for the question before the first document."""

from __future__ import annotations

from desktop_crm.core.i18n import Translator
from desktop_crm.ui.widgets.edits import TextEdit
from desktop_crm.ui.widgets.form import Form


def add_names(form: Form, t: Translator, *, languages: bool) -> None:
    """Name and tax number; with ``languages`` the names and the address in them too."""
    form.add("name", t("Company name"), TextEdit(), required=True)
    form.add("tax_number", t("Tax number"), TextEdit(limit=30))
    if languages:
        form.add("name_en", t("English name"), TextEdit())
        form.add("name_zh_cn", t("Name in simplified Chinese"), TextEdit())
    form.add("address", t("Address"), TextEdit(), span=2)
    if languages:
        form.add("address_en", t("Address in English"), TextEdit(), span=2)


def add_reach(form: Form, t: Translator) -> None:
    """How customers reach us."""
    form.add("phone", t("Phone"), TextEdit())
    form.add("fax", t("Fax"), TextEdit())
    form.add("email", t("E-mail"), TextEdit())
    form.add("website", t("Website"), TextEdit())


def add_bank(form: Form, t: Translator) -> None:
    """Where customers pay."""
    form.add("bank", t("Bank"), TextEdit())
    form.add("bank_branch", t("Branch"), TextEdit())
    form.add("bank_account_name", t("Account name"), TextEdit())
    form.add("bank_account", t("Account number"), TextEdit())
