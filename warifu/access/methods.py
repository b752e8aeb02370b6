"""How people prove who they are, and the words for it サインインの方法.

Pure. The words go into the evidence of a consent (`authenticated_by`), so they say what was used and no more.
"""

from collections.abc import Iterable

from django.db.models import TextChoices


class Method(TextChoices):
    """One way to prove who one is サインインの方法."""

    PASSWORD = "password", "パスワード"
    TOTP = "totp", "ワンタイムパスワード"
    RECOVERY = "recovery", "リカバリーコード"
    PASSKEY = "passkey", "パスキー"
    SSO = "sso", "シングルサインオン"
    SSO_MULTI = "sso_multi", "シングルサインオン（多要素認証）"


SECOND = frozenset({Method.TOTP, Method.RECOVERY, Method.PASSKEY, Method.SSO_MULTI})
"""A passkey is asked for with verification of its user, so it is two factors by itself, and so is what an identity
provider says it has asked for in words that its municipality counts 二つ目の要素."""


def written(methods: Iterable[Method]) -> str:
    """As a session keeps them: `password,totp` 保存の形."""
    return ",".join(method.value for method in methods)


def read(text: str) -> tuple[Method, ...]:
    """What `written` wrote 保存の形の読取り."""
    return tuple(Method(word) for word in text.split(",") if word)


def spoken(methods: Iterable[Method]) -> str:
    """パスワード＋ワンタイムパスワード 方法の呼び名."""
    return "＋".join(method.label for method in methods)


def are_multi_factor(methods: Iterable[Method]) -> bool:
    """Whether more than one factor was shown 多要素."""
    return any(method in SECOND for method in methods)


def evidence(signed_in_by: Iterable[Method], proved_by: Method | None) -> str:
    """The words that a consent carries: how the session began, and how its person was asked again 本人確認の方法."""
    began = spoken(signed_in_by)
    again = f"。直前に{proved_by.label}で再確認" if proved_by else ""
    return f"職員アカウント（{began}{again}）"
