"""What a body decides for itself 団体の設定."""

from datetime import datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models


def choose_seal_style(
    *, municipality: models.Municipality, style: models.SealStyle, by: Actor, at: datetime
) -> models.Municipality:
    """What new drafts of this body begin with; drafts that exist keep theirs 署名の表示の初期値."""
    with transaction.atomic():
        body = models.Municipality.objects.select_for_update().get(pk=municipality.pk)
        before = body.seal_style
        body.seal_style = style
        body.save(update_fields=["seal_style"])
        audit.append(
            ledger=body.code,
            action="directory.choose_seal_style",
            target=f"municipality:{body.code}",
            by=by,
            at=at,
            facts={"style": style.value, **changes.between({"seal_style": before}, {"seal_style": style.value})},
        )
    return body
