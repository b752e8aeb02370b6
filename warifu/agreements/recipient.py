"""To whom of a firm the request goes: representative, another signatory, or delegated branch manager 相手方の宛先."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from warifu.directory import models as directory
from warifu.directory import recipient_rules, recipients, register
from warifu.japan import calendar
from warifu.notifications import addresses

from . import models
from .standing import Warned

MAIN = "main"
_AGAIN = "相手方を選び直してください。"


@dataclass(frozen=True, slots=True)
class Recipient:
    """Who is asked to consent for the firm, and where; `ground` is what a delegate was shown to act on 宛先."""

    title: str
    name: str
    mail: str
    ground: str = ""


@dataclass(frozen=True, slots=True)
class Choice:
    """One of a firm's signatories on a page: `key` names it in a form, `why_not` says what forbids it 宛先の候補."""

    key: str
    recipient: Recipient
    note: str
    why_not: str
    warning: str = ""


def recipient_of(agreement: models.Agreement) -> Recipient | None:
    """Who would be asked if it were sent now; None without a firm 相手方の宛先."""
    firm, address, delegate = agreement.counterparty, agreement.contact_address, agreement.delegate
    if delegate is not None:
        return _of_delegate(delegate)
    if address is not None:
        return Recipient(address.title, address.name, address.mail)
    return None if firm is None else _of_firm(firm)


def further_facts(agreement: models.Agreement) -> list[str]:
    """What an approver confirms beyond the firm's own entry; empty for its representative 承認の内容."""
    if agreement.contact_address is None and agreement.delegate is None:
        return []
    found = recipient_of(agreement)
    return [found.title, found.name, found.mail, found.ground] if found else []


def problems(agreement: models.Agreement) -> Iterator[str]:
    """What keeps the request from being sent there, each with what to do 宛先の不備."""
    firm, found = agreement.counterparty, recipient_of(agreement)
    if firm is None or found is None:
        return
    if firm.merged_into_id is not None:
        yield f"選んだ取引先は、ほかの取引先へ統合されています。{_AGAIN}"
    elif firm.stopped_at is not None:
        yield f"選んだ取引先は、利用を停止しています（理由：{firm.stopped_reason}）。{_AGAIN}"
    address, delegate = agreement.contact_address, agreement.delegate
    if address is not None and (why := _why_not_address(address, firm)):
        yield why
    if delegate is not None and (why := _why_not_delegate(delegate, firm, agreement.contract_on)):
        yield why
    if not addresses.is_deliverable(found.mail):
        yield "取引先のメールアドレスへは送信できません。取引先の登録で、アドレスを訂正してください。"
    judged = recipient_rules.judgement_of(agreement.municipality, found.mail)
    if judged.verdict is recipients.Verdict.DENY:
        yield judged.sentence


def warnings(agreement: models.Agreement, *, at: datetime) -> list[Warned]:
    """All that is odd about the firm between now, the contract's day and the time to respond 相手方の注意."""
    firm, delegate = agreement.counterparty, agreement.delegate
    if firm is None or agreement.sent_at is not None:
        return []
    today = calendar.day_in_japan(at)
    told = []
    if agreement.contract_on is not None:
        then = register.entry_on(firm, agreement.contract_on)
        if (then.name, then.signatory_name) != (firm.name, firm.signatory_name):
            told.append(
                Warned(
                    "entry_then",
                    f"契約日（{calendar.wareki(agreement.contract_on)}）の相手方は、"
                    f"「{then.name}　{then.signatory_title} {then.signatory_name}」でした。"
                    "契約書に書かれている商号と氏名を確かめてください。",
                )
            )
    if delegate is not None:
        days = [agreement.contract_on, calendar.day_in_japan(agreement.respond_by) if agreement.respond_by else None]
        told += delegate_told(delegate, today=today, until=max([today, *(day for day in days if day)]))
    return told


def delegate_told(delegate: directory.Delegate, *, today: date, until: date) -> Iterator[Warned]:
    """Whether the delegation holds from today until a day in Japan 委任期間の注意."""
    ends = delegate.ends_on
    if ends is not None and ends < until:
        word = "終わりました" if ends < today else "終わります"
        yield Warned(
            "delegation_ends",
            f"受任者（{delegate.post} {delegate.name}）の委任期間は、{calendar.wareki(ends)}に{word}。"
            "その日までに合意できないときは、新しい委任状を確かめて、受任者を登録し直してください。",
        )
    if delegate.begins_on > today:
        yield Warned(
            "delegation_to_come",
            f"受任者（{delegate.post} {delegate.name}）の委任期間は、{calendar.wareki(delegate.begins_on)}からです。"
            "その日より前に合意の依頼を送らないようにしてください。",
        )


def choices_of(firm: directory.Counterparty, *, contract_on: date | None, today: date) -> list[Choice]:
    """All signatories of a firm, those who may not be asked on the contract's day with the reason 宛先の候補."""
    policy = recipient_rules.policy_of(firm.municipality)

    def judged(mail: str) -> tuple[str, str]:
        found = recipients.judge(mail, policy)
        return (found.sentence, "") if found.verdict is recipients.Verdict.DENY else ("", found.sentence)

    denied, warning = judged(firm.mail)
    found = [Choice(MAIN, _of_firm(firm), "契約締結権限者", denied, warning)]
    for address in firm.addresses.all():
        if address.kind != directory.AddressKind.SIGNATORY:
            continue
        denied, warning = judged(address.mail)
        why = _why_not_address(address, firm) or denied
        recipient = Recipient(address.title, address.name, address.mail)
        found.append(Choice(f"address-{address.pk}", recipient, "契約締結権限者", why, warning))
    for delegate in firm.delegates.all():
        denied, warning = judged(delegate.mail)
        why = _why_not_delegate(delegate, firm, contract_on or today) or denied
        until = max(today, contract_on or today)
        told = [warning, *(one.sentence for one in delegate_told(delegate, today=today, until=until))]
        recipient = _of_delegate(delegate)
        found.append(
            Choice(
                f"delegate-{delegate.pk}", recipient, f"受任者　{recipient.ground}", why, " ".join(filter(None, told))
            )
        )
    return found


def _why_not_address(address: directory.ContactAddress, firm: directory.Counterparty) -> str:
    if address.counterparty_id != firm.pk:
        return f"選んだ宛先は、この取引先のものではありません。{_AGAIN}"
    if address.stopped_at is not None:
        return f"選んだ宛先は、使用を停止しています（理由：{address.stopped_reason}）。{_AGAIN}"
    if address.kind != directory.AddressKind.SIGNATORY:
        return f"担当者の宛先には、合意の依頼を送れません。契約締結権限者の宛先を選んでください。{_AGAIN}"
    return ""


def _why_not_delegate(delegate: directory.Delegate, firm: directory.Counterparty, day: date | None) -> str:
    if delegate.counterparty_id != firm.pk:
        return f"選んだ受任者は、この取引先のものではありません。{_AGAIN}"
    if day is not None and not register.span_of(delegate).holds(day):
        return (
            f"契約日（{calendar.wareki(day)}）は、受任者（{delegate.post} {delegate.name}）の委任期間の外です。"
            "契約日を確かめるか、契約日に権限のある方を選んでください。"
        )
    return ""


def _of_firm(firm: directory.Counterparty) -> Recipient:
    return Recipient(firm.signatory_title, firm.signatory_name, firm.mail)


def _of_delegate(delegate: directory.Delegate) -> Recipient:
    number = [delegate.ground_number, calendar.wareki(delegate.ground_on) if delegate.ground_on else ""]
    more = "、".join(part for part in number if part)
    ground = f"{delegate.ground}（{more}）" if more else delegate.ground
    return Recipient(delegate.post, delegate.name, delegate.mail, ground)
