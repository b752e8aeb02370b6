"""Why a mail did not arrive, and what helps, for people 不達の理由."""

from dataclasses import dataclass

_UNKNOWN_RECIPIENT = {"511", "550", "551", "553"}
_FULL = {"452", "522", "552"}


@dataclass(frozen=True, slots=True)
class Reason:
    """What happened and what to do next, one Japanese sentence each 理由と次の手順."""

    why: str
    then: str


def of(code: str) -> Reason:
    """What `last_problem` of a failed message means: an SMTP reply code (RFC 5321 §4.2.3) or a word 不達の理由."""
    if code in _UNKNOWN_RECIPIENT:
        return _theirs(f"宛先のメールアドレスが見つからないか、受信を断られました（応答 {code}）。")
    if code in _FULL:
        return _theirs(f"宛先の受信箱に空きがないため、受け取られませんでした（応答 {code}）。")
    if code.isdecimal() and code != "535":
        return _theirs(f"宛先のメールサーバが受け取りませんでした（応答 {code}）。")
    if code == "suppressed":
        return _theirs("前に不達となった宛先のため、送信を止めました。")
    return Reason(
        "4日間くり返し試みましたが、メールを送り出せませんでした。",
        "メールの送信の状態を運用管理者へ確かめてから、送り直してください。",
    )


def _theirs(why: str) -> Reason:
    return Reason(why, "宛先を電話などで確かめ、正しいメールアドレスで送り直してください。")
