"""What becomes of everything when two entries of one firm are made one 取引先の統合の内容.

The preview and the verb ask the same question, so that nothing else happens than what was shown.
"""

from dataclasses import dataclass

from . import models

_LABELS = {"corporate_number": "法人番号", "kana": "フリガナ", "address": "所在地"}
"""What the kept entry takes over where it says nothing itself."""


@dataclass(frozen=True)
class Plan:
    """Which rows go over to the kept firm, and which it has already 統合の内容."""

    addresses: tuple[models.ContactAddress, ...]
    doubled: tuple[models.ContactAddress, ...]
    main_goes_over: bool
    delegates: tuple[models.Delegate, ...]
    notes: int
    filled: tuple[tuple[str, str], ...]
    """Names of the fields and their values."""

    @property
    def labels(self) -> list[tuple[str, str]]:
        """The same in the words of the page 引き継ぐ項目."""
        return [(_LABELS[name], value) for name, value in self.filled]


def plan_of(kept: models.Counterparty, merged: models.Counterparty) -> Plan:
    """What merging the second firm into the first does 統合の内容."""
    there = {(one.kind, one.mail.lower()) for one in kept.addresses.all()}
    main = models.AddressKind.SIGNATORY.value
    there.add((main, kept.mail.lower()))
    moving: list[models.ContactAddress] = []
    doubled: list[models.ContactAddress] = []
    for one in merged.addresses.all():
        (doubled if (one.kind, one.mail.lower()) in there else moving).append(one)
    after = there | {(one.kind, one.mail.lower()) for one in moving}
    filled = [(name, getattr(merged, name)) for name in _LABELS if not getattr(kept, name) and getattr(merged, name)]
    return Plan(
        addresses=tuple(moving),
        doubled=tuple(doubled),
        main_goes_over=(main, merged.mail.lower()) not in after,
        delegates=tuple(merged.delegates.all()),
        notes=merged.notes.count(),
        filled=tuple(filled),
    )
