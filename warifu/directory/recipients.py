"""To which addresses a municipality lets its requests go: its rules, free mail, slips of the keyboard 送信先の規則.

Pure. A rule names one address, or a domain with or without those below it. The most particular rule decides: an
address before a domain, a longer domain before a shorter one. Domains are compared in their ASCII form (RFC 5891), in
lower case.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise

import idna

FREE = frozenset(
    {
        "gmail.com",
        "yahoo.co.jp",
        "yahoo.com",
        "ymail.ne.jp",
        "ymail.com",
        "outlook.com",
        "outlook.jp",
        "hotmail.com",
        "hotmail.co.jp",
        "live.jp",
        "icloud.com",
        "me.com",
        "aol.com",
        "proton.me",
        "protonmail.com",
        "gmx.com",
        "mail.com",
        "docomo.ne.jp",
        "ezweb.ne.jp",
        "au.com",
        "softbank.ne.jp",
        "i.softbank.jp",
        "ymobile.ne.jp",
        "rakuten.jp",
        "excite.co.jp",
        "goo.jp",
    }
)
"""Domains under which anybody gets an address without proof of a firm; telephones' addresses are among them."""
_OFTEN = FREE | {
    "ocn.ne.jp",
    "plala.or.jp",
    "biglobe.ne.jp",
    "nifty.com",
    "so-net.ne.jp",
    "dion.ne.jp",
    "asahi-net.or.jp",
}


class Verdict(StrEnum):
    """What a rule, or all of them, say of an address 送信の可否."""

    ALLOW = "allow"
    WARN = "warn"
    DENY = "deny"


class Unreadable(ValueError):
    """Neither an address nor a domain 読み取れない送信先."""


@dataclass(frozen=True, slots=True)
class Rule:
    """One line: an address ("a@example.jp"), or a domain ("example.jp") 送信先の規則の一行."""

    pattern: str
    verdict: Verdict
    below: bool = True


@dataclass(frozen=True, slots=True)
class Policy:
    """All that a municipality has decided 送信先の規則."""

    rules: tuple[Rule, ...] = ()
    listed_only: bool = False
    free_mail: Verdict = Verdict.WARN


@dataclass(frozen=True, slots=True)
class Judgement:
    """The answer, in a sentence with what to do; "" where all is well. `meant` is what was probably meant 判定."""

    verdict: Verdict
    sentence: str = ""
    meant: str = ""


_OVERRIDE = "この宛先へ送る必要があるときは、理由を添えて、運用管理者へ例外の登録を依頼してください。"


def normalised(typed: str) -> str:
    """An address or a domain as rules keep it; raises `Unreadable` 送信先の正規化."""
    local, _, domain = typed.strip().rpartition("@")
    try:
        # uts46 maps full width, upper case and the ideographic full stop as browsers and mail programs do.
        plain = idna.encode(domain.strip().lstrip("."), uts46=True).decode("ascii").lower()
    except idna.IDNAError as problem:
        raise Unreadable(typed) from problem
    if "." not in plain or plain.endswith("."):
        raise Unreadable(typed)
    return f"{local}@{plain}" if local else plain


def judge(mail: str, policy: Policy) -> Judgement:
    """What the rules say of this address 送信先の判定."""
    try:
        address = normalised(mail)
    except Unreadable:
        return Judgement(Verdict.ALLOW)  # whether it is an address at all is asked elsewhere
    domain = address.rpartition("@")[2]
    rule = _deciding(address, domain, policy.rules)
    if rule is not None:
        if Verdict(rule.verdict) is Verdict.DENY:
            return Judgement(
                Verdict.DENY, f"「{rule.pattern}」への送信は、この団体の規則で禁止されています。{_OVERRIDE}"
            )
        return Judgement(Verdict.ALLOW)
    meant = meant_by(domain)
    slip = f"「{meant}」の打ち間違いではないか、確かめてください。" if meant else ""
    if policy.listed_only:
        return Judgement(
            Verdict.DENY, f"「{domain}」は、この団体が送信を許可した宛先にありません。{slip}{_OVERRIDE}", meant
        )
    if meant:
        return Judgement(Verdict.WARN, f"「{domain}」は、{slip}", meant)
    if domain in FREE and policy.free_mail is not Verdict.ALLOW:
        told = f"「{domain}」は、だれでも取得できるフリーメール又は携帯電話のアドレスです。"
        if policy.free_mail is Verdict.DENY:
            return Judgement(Verdict.DENY, f"{told}この団体の規則で、送信は禁止されています。{_OVERRIDE}")
        return Judgement(Verdict.WARN, f"{told}契約締結権限者ご本人のアドレスか、利用申出書で確かめてください。")
    return Judgement(Verdict.ALLOW)


class Judge:
    """One policy over many addresses, as a file brings them: each domain is looked at once 送信先の一括判定."""

    def __init__(self, policy: Policy) -> None:
        self._policy = policy
        self._each = any("@" in rule.pattern for rule in policy.rules)
        self._seen: dict[str, Judgement] = {}

    def judgement_of(self, mail: str) -> Judgement:
        """As `judge`, whose answer is the domain's unless some rule names an address."""
        key = mail if self._each else mail.rpartition("@")[2]
        found = self._seen.get(key)
        if found is None:
            found = self._seen[key] = judge(mail, self._policy)
        return found


def meant_by(domain: str) -> str:
    """The common domain from which this one differs by one slip of the keyboard, or "" 打ち間違いの候補."""
    if domain in _OFTEN:
        return ""
    return next((common for common in sorted(_OFTEN) if _one_slip(domain, common)), "")


def _deciding(address: str, domain: str, rules: Iterable[Rule]) -> Rule | None:
    fitting = [rule for rule in rules if _fits(rule, address, domain)]
    return max(fitting, key=lambda rule: ("@" in rule.pattern, len(rule.pattern)), default=None)


def _fits(rule: Rule, address: str, domain: str) -> bool:
    if "@" in rule.pattern:
        return rule.pattern.lower() == address.lower()
    return domain == rule.pattern or (rule.below and domain.endswith(f".{rule.pattern}"))


def _one_slip(typed: str, meant: str) -> bool:
    """A letter more, less, another one, or two changed about; a short name differs too easily."""
    if len(meant) < 7 or abs(len(typed) - len(meant)) > 1 or typed == meant:
        return False
    if len(typed) == len(meant):
        wrong = [place for place in range(len(typed)) if typed[place] != meant[place]]
        swapped = any(
            wrong == [one, two] and two == one + 1 and typed[one] == meant[two] and typed[two] == meant[one]
            for one, two in pairwise(wrong)
        )
        return len(wrong) == 1 or (len(wrong) == 2 and swapped)
    longer, shorter = (typed, meant) if len(typed) > len(meant) else (meant, typed)
    return any(longer[:place] + longer[place + 1 :] == shorter for place in range(len(longer)))
