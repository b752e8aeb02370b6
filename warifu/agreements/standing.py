"""Whether a title is in force for an agreement, under which names, and what may change meanwhile 契約名義の確認."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime

from warifu.directory import models as directory
from warifu.directory import nominal, titles
from warifu.japan import calendar

from . import errors, models


@dataclass(frozen=True, slots=True)
class Warned:
    """Something to look at before going on, and what to do 契約名義の注意."""

    code: str
    sentence: str


def nominal_party(agreement: models.Agreement) -> nominal.NominalParty | None:
    """In whose name it stands on its day; None without a title 名義上の当事者.

    Where the title is not in force on that day, or the day is open, it is the title alone.
    """
    if agreement.authority is None:
        return None
    party = None if agreement.contract_on is None else _terms(agreement.authority).party_on(agreement.contract_on)
    return party or nominal.NominalParty(agreement.authority.title)


def require_in_force(authority: directory.ContractingAuthority, *, at: datetime) -> nominal.NominalParty:
    """In whose name a consent of this moment is given; raises `errors.TitleNotInForce` 合意のときの名義."""
    party = _terms(authority).party_on(calendar.day_in_japan(at))
    if party is None:
        raise errors.TitleNotInForce(authority.title, _words(authority.begins_on, authority.ends_on))
    return party


def in_force(agreement: models.Agreement) -> bool:
    """Whether its title is in force on its day; true while either is open 契約日での有効性."""
    if agreement.authority is None or agreement.contract_on is None:
        return True
    return _terms(agreement.authority).span.holds(agreement.contract_on)


def warnings(agreement: models.Agreement, *, at: datetime) -> list[Warned]:
    """All that is odd about the title between now, the contract's day and the time to respond 契約名義の注意."""
    if agreement.authority is None:
        return []
    respond_by = calendar.day_in_japan(agreement.respond_by) if agreement.respond_by else None
    terms = _terms(agreement.authority)
    return list(told(terms, contract_on=agreement.contract_on, respond_by=respond_by, today=calendar.day_in_japan(at)))


def told(terms: nominal.Terms, *, contract_on: date | None, respond_by: date | None, today: date) -> Iterator[Warned]:
    """The same from plain values; pure 契約名義の注意."""
    title, ends, begins = terms.title, terms.span.ends_on, terms.span.begins_on
    if ends is not None and ends < today:
        yield Warned(
            "over",
            f"「{title}」の有効期間は{calendar.wareki(ends)}に終わったため、この名義では合意できません。"
            "起案に戻して、有効な契約名義を選んでください。",
        )
        return
    if contract_on is not None and not terms.span.holds(contract_on):
        yield Warned(
            "not_on_the_day",
            f"契約日（{calendar.wareki(contract_on)}）に「{title}」は有効ではありません"
            f"（有効期間は{_words(begins, ends)}）。契約日を確かめるか、別の契約名義を選んでください。",
        )
    if begins is not None and begins > today:
        yield Warned(
            "not_yet", f"「{title}」は{calendar.wareki(begins)}から有効です。その日より前は、この名義で合意できません。"
        )
    last = max(day for day in (today, contract_on, respond_by) if day is not None)
    if ends is not None and today <= ends < last:
        yield Warned(
            "ends_before",
            f"「{title}」の有効期間は{calendar.wareki(ends)}に終わります。その日までに合意してください。"
            "間に合わないときは、次の期間の契約名義で起案し直してください。",
        )
    if contract_on is not None and terms.vacant_on(contract_on):
        yield Warned(
            "vacant",
            f"契約日（{calendar.wareki(contract_on)}）の「{title}」の名義人が登録されていません。"
            "運用管理者へ、名義人又は職務代理者の登録を依頼してください。",
        )
    first = min(today, contract_on or today)
    for day, party in terms.changes(after=first, until=last):
        if party is not None and terms.span.holds(day - nominal.ONE_DAY):
            yield Warned(
                "name_changes",
                f"{calendar.wareki(day)}から、名義が「{party.words}」に変わります。"
                "契約書に書かれている名義と氏名、合意する日を確かめてください。",
            )


def _terms(authority: directory.ContractingAuthority) -> nominal.Terms:
    return titles.terms_of(authority)


def _words(begins: date | None, ends: date | None) -> str:
    parts = [f"{calendar.wareki(begins)}から" if begins else "", f"{calendar.wareki(ends)}まで" if ends else ""]
    return "".join(parts) or "定めなし"
