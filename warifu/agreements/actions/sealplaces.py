"""Choosing whether and where consents show on the paper 署名欄の設置."""

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from django.db import transaction

from warifu.access import person as access
from warifu.directory import models as directory
from warifu.vault import custody as vault

from .. import errors, models, queries, seals
from ..transition import note
from .drafting import open_draft


def place_seals(
    *,
    agreement_id: UUID,
    style: directory.SealStyle,
    corners: Mapping[models.Side, seals.Corner],
    reserved: bytes | None,
    basis: str,
    custody: vault.Custody,
    by: access.Person,
    at: datetime,
) -> models.Agreement:
    """Keep the first document with its empty places, or without them again 署名欄の設置.

    `reserved` is that document as `pades.placing.reserve` wrote it, `basis` what it was made from (`seals.basis_of`);
    both are empty for no visible seals. Raises `errors.SealsOutdated` when something has changed meanwhile.
    """
    with transaction.atomic():
        agreement = open_draft(agreement_id, by)
        documents = queries.documents_of(agreement)
        first = documents[0] if documents else None
        if basis != seals.basis_of(agreement, style, corners, first) or bool(basis) is not bool(reserved):
            raise errors.SealsOutdated
        _take_seals_away(agreement)
        models.SealPlace.objects.filter(agreement=agreement).delete()
        if first is not None and reserved:
            bare = first.without_seals or first.agreed
            owner = agreement.municipality.code
            kept = custody.store(owner=owner, content=reserved, media_type="application/pdf", at=at)
            models.Document.objects.filter(pk=first.pk).update(
                agreed=kept, digest=kept.digest, size=kept.size, without_seals=bare
            )
            models.SealPlace.objects.bulk_create(
                models.SealPlace(agreement=agreement, side=side, page=corner.page, left=corner.left, top=corner.top)
                for side, corner in corners.items()
            )
        agreement.seal_style, agreement.seals_basis, agreement.changed_at = style, basis, at
        agreement.save(update_fields=["seal_style", "seals_basis", "changed_at"])
        note(agreement, "place_seals", by=by.actor, at=at, style=style.value, basis=basis)
    return agreement


def _take_seals_away(agreement: models.Agreement) -> None:
    for document in models.Document.objects.filter(agreement=agreement, without_seals__isnull=False):
        bare = document.without_seals
        if bare is not None:
            models.Document.objects.filter(pk=document.pk).update(
                agreed=bare, digest=bare.digest, size=bare.size, without_seals=None
            )
