"""What a restore takes away, in words, for the window and for the command line."""

from __future__ import annotations

from collections.abc import Mapping

from desktop_crm.core.i18n import Translator


def gone(t: Translator, missing: Mapping[str, int] | None) -> str:
    """What ``backups.missing`` has found, as sentences; empty when nothing goes."""
    if missing is None:
        return t(
            "The shop cannot be read, so nobody knows which numbers were given after this backup. "
            "Look at the documents you sent last before you issue new ones."
        )
    if not missing:
        return ""
    what = ("、" if t.lang.startswith("zh") else ", ").join(_count(t, kind, count) for kind, count in missing.items())
    return t("Made after this backup and not in it: %(what)s. Their numbers are not given again.", what=what)


def _count(t: Translator, kind: str, count: int) -> str:
    words = {
        "customer": t.plural("%(count)s customer", "%(count)s customers", count),
        "quotation": t.plural("%(count)s quotation", "%(count)s quotations", count),
        "customer_order": t.plural("%(count)s order", "%(count)s orders", count),
        "delivery": t.plural("%(count)s delivery", "%(count)s deliveries", count),
        "payment": t.plural("%(count)s payment", "%(count)s payments", count),
    }
    return words[kind]
