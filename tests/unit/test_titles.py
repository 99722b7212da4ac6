"""Everything that has a state or kind has a word for it, in every language."""

from __future__ import annotations

from enum import StrEnum

import pytest

from desktop_crm.core import titles
from desktop_crm.core.errors import UserError
from desktop_crm.core.i18n import N_, Translator
from desktop_crm.models.customer import CustomerType, LegalForm
from desktop_crm.models.equipment import EquipmentState
from desktop_crm.models.followup import FollowUpState
from desktop_crm.models.interaction import InteractionKind
from desktop_crm.models.order import OrderState
from desktop_crm.models.payment import ChequeState, InvoiceKind, PaymentMethod
from desktop_crm.models.quotation import QuotationState
from desktop_crm.services import followups
from desktop_crm.services.shops import Shop
from tests.unit.documents import TODAY, customer, write


@pytest.mark.parametrize(
    ("words", "kinds"),
    [
        (titles.STATES["quotation"], QuotationState),
        (titles.STATES["customer_order"], OrderState),
        (titles.STATES["cheque"], ChequeState),
        (titles.STATES["equipment"], EquipmentState),
        (titles.STATES["follow_up"], FollowUpState),
        (titles.CUSTOMER_TYPES, CustomerType),
        (titles.LEGAL_FORMS, LegalForm),
        (titles.PAYMENT_METHODS, PaymentMethod),
        (titles.INTERACTION_KINDS, InteractionKind),
        (titles.INVOICE_KINDS, InvoiceKind),
    ],
)
def test_every_state_and_kind_has_a_word(words: dict[str, str], kinds: type[StrEnum]) -> None:
    assert list(words) == [str(kind) for kind in kinds]
    assert len(set(words.values())) == len(words)


def test_a_msgid_inside_a_sentence_is_translated_with_it(monkeypatch: pytest.MonkeyPatch) -> None:
    t = Translator("zh_TW")
    catalogue = {"From %(old)s to %(name)s": "從%(old)s到%(name)s", "Draft": "草稿"}
    monkeypatch.setattr(t._catalogue, "gettext", lambda msgid: catalogue[msgid])
    assert t("From %(old)s to %(name)s", old=N_("Draft"), name="Draft") == "從草稿到Draft"


def test_a_refused_move_names_the_states_in_words(shop: Shop) -> None:
    key = write(shop, followups.plan, customer(shop), "回電", TODAY)
    write(shop, followups.cancel, key)
    with pytest.raises(UserError, match="From the state “Dropped” this cannot become “Done”"):
        write(shop, followups.finish, key)
