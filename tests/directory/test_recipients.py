"""To which addresses a municipality lets its requests go."""

import pytest

from warifu.directory.recipients import Judge, Policy, Rule, Unreadable, Verdict, judge, meant_by, normalised

DENY, ALLOW, WARN = Verdict.DENY, Verdict.ALLOW, Verdict.WARN


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("Example.CO.JP", "example.co.jp"),
        ("@example.co.jp", "example.co.jp"),
        ("日本語。jp", "xn--wgv71a119e.jp"),
        ("Keiyaku@Example.co.jp", "Keiyaku@example.co.jp"),
        ("keiyaku@日本語.jp", "keiyaku@xn--wgv71a119e.jp"),
    ],
)
def test_a_pattern_is_kept_in_its_ascii_form(typed: str, kept: str) -> None:
    assert normalised(typed) == kept


@pytest.mark.parametrize("typed", ["", "@", "localhost", "a b.jp", "example..jp", "-.jp", "株式会社"])
def test_what_is_neither_address_nor_domain_is_refused(typed: str) -> None:
    with pytest.raises(Unreadable):
        normalised(typed)


@pytest.mark.parametrize(
    ("mail", "verdict"),
    [
        ("a@example.net", DENY),
        ("a@mail.example.net", DENY),
        ("a@goodexample.net", ALLOW),
        ("a@EXAMPLE.net", DENY),
        ("a@ok.example.net", ALLOW),
        ("a@deep.ok.example.net", ALLOW),
        ("kudo@example.net", ALLOW),
        ("KUDO@example.net", ALLOW),
        ("a@only.jp", DENY),
        ("a@sub.only.jp", ALLOW),
        ("a@xn--wgv71a119e.jp", DENY),
    ],
)
def test_the_most_particular_rule_decides(mail: str, verdict: Verdict) -> None:
    rules = (
        Rule("example.net", DENY),
        Rule("ok.example.net", ALLOW),
        Rule("kudo@example.net", ALLOW),
        Rule("only.jp", DENY, below=False),
        Rule("xn--wgv71a119e.jp", DENY),
    )
    assert judge(mail, Policy(rules)).verdict is verdict


def test_an_allow_list_closes_everything_else() -> None:
    policy = Policy((Rule("example.co.jp", ALLOW),), listed_only=True)
    assert judge("a@mail.example.co.jp", policy).verdict is ALLOW
    refused = judge("a@example.com", policy)
    assert refused.verdict is DENY
    assert "運用管理者へ例外の登録を依頼" in refused.sentence


@pytest.mark.parametrize("free", [ALLOW, WARN, DENY])
def test_free_mail_is_what_the_municipality_decided(free: Verdict) -> None:
    found = judge("iwate@gmail.com", Policy(free_mail=free))
    assert found.verdict is free
    assert bool(found.sentence) is (free is not ALLOW)
    assert judge("iwate@gmail.com", Policy((Rule("iwate@gmail.com", ALLOW),), free_mail=free)).verdict is ALLOW


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("gmial.com", "gmail.com"),
        ("gmai.com", "gmail.com"),
        ("gmaill.com", "gmail.com"),
        ("yahoo.co.jq", "yahoo.co.jp"),
        ("docmoo.ne.jp", "docomo.ne.jp"),
        ("gmail.com", ""),
        ("example.co.jp", ""),
        ("yahoo.com", ""),
        ("nifty.com", ""),
        ("city.morioka.iwate.jp", ""),
    ],
)
def test_one_slip_from_a_common_domain_is_asked_about(typed: str, meant: str) -> None:
    assert meant_by(typed) == meant
    found = judge(f"a@{typed}", Policy(free_mail=ALLOW))
    assert found.verdict is (WARN if meant else ALLOW)
    assert meant in found.sentence


def test_many_addresses_are_judged_as_each_alone() -> None:
    named = Rule("a@example.net", Verdict.ALLOW)
    denied = Rule("example.net", Verdict.DENY)
    mails = ["b@example.net", "a@example.net", "c@sub.example.net", "d@example.jp", "e@gmail.com", "f@gmail.com"]
    for rules in ((denied,), (denied, named)):
        policy = Policy(rules)
        together = Judge(policy)
        assert [together.judgement_of(mail) for mail in mails] == [judge(mail, policy) for mail in mails]
