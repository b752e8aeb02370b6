"""What processes tell about the outside services; nothing of it is a deed, so no ledger line follows 観測."""

from datetime import timedelta

from warifu.pades import health

from . import models


def authority_seen(*, name: str, condition: health.Condition) -> None:
    """Keep what one process saw of a timestamp authority; what it did not see stays as others told 時刻認証局の観測."""
    seen: dict[str, object] = {"faults": condition.faults}
    if condition.succeeded_at is not None:
        seen["succeeded_at"] = condition.succeeded_at
    if condition.skew is not None:
        seen |= {
            "skew_ms": round(condition.skew / timedelta(milliseconds=1)),
            "subject": condition.subject[:400],
            "certificate_until": condition.certificate_until,
        }
    if condition.failed_at is not None:
        seen |= {
            "failed_at": condition.failed_at,
            "fault": condition.fault,
            "message": condition.message[:300],
            "detail": condition.detail[:400],
        }
    models.AuthorityState.objects.update_or_create(name=name[:200], defaults=seen)
