"""A firm while a verb works on it, and what every such verb asks and writes 操作中の取引先."""

from datetime import datetime
from uuid import UUID

from warifu.audit import actions as audit
from warifu.audit import record
from warifu.audit.actor import Actor
from warifu.directory import counterparty_words, errors, models, recipient_rules, recipients


def held(counterparty_id: UUID) -> models.Counterparty:
    """The firm as it is now, held until the transaction ends; raises errors.NotNow once it was merged 取引先の占有."""
    firms = models.Counterparty.objects.select_for_update(of=("self",)).select_related("municipality")
    firm = firms.get(pk=counterparty_id)
    require_own(firm)
    return firm


def require_own(firm: models.Counterparty) -> None:
    """Raises errors.NotNow for a firm that goes on in another 統合済みの取引先の断り."""
    if firm.merged_into_id is not None:
        raise errors.NotNow("この取引先は、ほかの取引先へ統合されています。統合先の画面で操作してください。")


def require_recipient(municipality: models.Municipality, mail: str, before: str) -> None:
    """Raises errors.RecipientDenied for a new address that the rules deny 送信先の確認.

    An address that stands there already is asked about when something is to be sent to it.
    """
    found = recipient_rules.judgement_of(municipality, mail)
    if mail != before and found.verdict is recipients.Verdict.DENY:
        raise errors.RecipientDenied(found.sentence)


def reason_given(reason: str) -> str:
    """The reason without spaces around it; raises errors.ReasonMissing 理由の確認."""
    if not reason.strip():
        raise errors.ReasonMissing("理由を入力してください。理由は、取引先の画面と操作ログに残ります。")
    return reason.strip()


def find_again(firm: models.Counterparty) -> None:
    """The firm is found by what hangs on it now 検索語の更新."""
    counterparty_words.note(firm)
    firm.save(update_fields=["search_key", "search_text"])


def note(firm: models.Counterparty, verb: str, facts: record.Facts, *, by: Actor, at: datetime) -> None:
    """The ledger line of a verb on a firm 監査証跡の一行."""
    audit.append(
        ledger=firm.municipality.code,
        action=f"directory.{verb}",
        target=f"counterparty:{firm.pk}",
        by=by,
        at=at,
        facts=facts,
    )
