"""The evidence bundle of a concluded agreement: under which names the ledger speaks of it 契約の証拠一式."""

from datetime import datetime
from typing import BinaryIO

from warifu.archive import queries as archive
from warifu.archive.bundles import errors as bundles
from warifu.archive.bundles import making
from warifu.archive.sight import EVERYWHERE
from warifu.audit import errors as audit

from . import errors, lifecycle, models, queries
from .lifecycle import State


def bundle(*, agreement: models.Agreement, copy: making.Copy, target: BinaryIO, kit: making.Kit, at: datetime) -> str:
    """Write it into an open file that can seek; returns the name to keep it under 証拠一式の作成.

    Raises `NotNow` before the conclusion, `NotPossible` when documents, certificate and ledger do not prove each other.
    """
    record = agreement.record and archive.record_of(agreement.municipality, agreement.record.pk, within=EVERYWHERE)
    if record is None:
        raise errors.NotNow(state=lifecycle.WORDS[State(agreement.state)], event="evidence")
    parties = queries.parties_of(agreement)
    firm = next(party for party in parties if party.side == models.Side.COUNTERPARTY)
    try:
        making.make(
            record=record,
            subjects=[f"party:{party.pk}" for party in parties],
            party=str(firm.pk),
            copy=copy,
            target=target,
            kit=kit,
            at=at,
        )
    except (bundles.NotProvable, audit.NotWithholdable) as wrong:
        raise errors.NotPossible(str(wrong)) from wrong
    return making.file_name(record)
