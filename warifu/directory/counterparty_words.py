"""Under which words a firm is found: names, kana, number, people and addresses, now and before 取引先の検索語."""

from collections.abc import Iterable, Mapping
from uuid import UUID

from warifu.japan import characters

from . import models

_BETWEEN = "\n"
"""No search key holds it, so no word is found across two of them."""


def text_of(words: Iterable[str]) -> str:
    """The words as they are searched, each once 検索語の保存形."""
    keys = dict.fromkeys(characters.search_key(word) for word in words)
    return _BETWEEN.join(key for key in keys if key)


def own(firm: models.Counterparty) -> list[str]:
    """What the firm's own row says 取引先の語."""
    return [firm.name, firm.kana, firm.corporate_number, firm.mail, firm.signatory_name]


def beside(firms: Iterable[UUID]) -> Mapping[UUID, list[str]]:
    """What hangs on these firms: addresses, delegates, former names, firms that were merged into them 付随する語."""
    wanted = list(firms)
    found: dict[UUID, list[str]] = {key: [] for key in wanted}
    for source, fields in (
        (models.ContactAddress.objects.filter(counterparty__in=wanted), ("name", "mail")),
        (models.Delegate.objects.filter(counterparty__in=wanted), ("branch", "name", "mail")),
        (models.FormerEntry.objects.filter(counterparty__in=wanted), ("name", "kana", "signatory_name")),
    ):
        for firm, *words in source.values_list("counterparty", *fields):
            found[firm] += words
    merged = models.Counterparty.objects.filter(merged_into__in=wanted)
    for into, *words in merged.values_list("merged_into", "name", "kana", "corporate_number", "mail"):
        if into is not None:
            found[into] += words
    return found


def note(firm: models.Counterparty) -> None:
    """Set both search fields of a firm from what is stored now; the caller saves it 検索語の更新."""
    firm.search_key = characters.search_key(firm.name)
    firm.search_text = text_of([*own(firm), *beside([firm.pk])[firm.pk]])
