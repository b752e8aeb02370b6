"""What a body decides for itself 団体の設定."""

import dataclasses
from dataclasses import dataclass
from datetime import datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.audit.actor import Actor
from warifu.directory import models


@dataclass(frozen=True)
class SettingsEntry:
    """How a body works; a rule holds from now on, an initial value for drafts to come 団体の設定の内容."""

    approval_required: bool
    counterparty_first: bool
    access_code_required: bool
    consent_days: int
    seal_style: models.SealStyle
    recipients_listed_only: bool
    free_mail: models.RecipientVerdict


def settings_of(municipality: models.Municipality) -> SettingsEntry:
    """What the body has decided 団体の設定."""
    now = {field.name: getattr(municipality, field.name) for field in dataclasses.fields(SettingsEntry)}
    now["seal_style"] = models.SealStyle(now["seal_style"])
    now["free_mail"] = models.RecipientVerdict(now["free_mail"])
    return SettingsEntry(**now)


def change_settings(
    *, municipality: models.Municipality, entry: SettingsEntry, by: Actor, at: datetime
) -> models.Municipality:
    """Decide anew; what was drafted or sent keeps what it has 団体の設定の変更."""
    with transaction.atomic():
        body = models.Municipality.objects.select_for_update().get(pk=municipality.pk)
        before, after = _told(settings_of(body)), _told(entry)
        for field, value in after.items():
            setattr(body, field, value)
        body.save(update_fields=list(after))
        audit.append(
            ledger=body.code,
            action="directory.change_settings",
            target=f"municipality:{body.code}",
            by=by,
            at=at,
            # An access code is none of what is told: only whether one is asked for.
            facts=changes.between(_named(before), _named(after)),
        )
    return body


def _told(entry: SettingsEntry) -> dict[str, object]:
    told = dataclasses.asdict(entry)
    return told | {"seal_style": entry.seal_style.value, "free_mail": entry.free_mail.value}


def _named(told: dict[str, object]) -> dict[str, object]:
    return {name.replace("access_code_required", "second_way_required"): value for name, value in told.items()}
