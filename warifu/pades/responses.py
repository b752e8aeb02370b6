"""What a timestamp authority answers, read without trusting it (RFC 3161, 2.4.2). 時刻認証局の応答"""

from __future__ import annotations

from dataclasses import dataclass

from . import der, errors

_GRANTED = 0
_STATUSES = {
    1: "grantedWithMods",
    2: "rejection",
    3: "waiting",
    4: "revocationWarning",
    5: "revocationNotification",
}
_FAILURES = {
    0: ("badAlg", "ハッシュ関数を受け付けません"),
    2: ("badRequest", "要求を受け付けません"),
    5: ("badDataFormat", "要求の形式を読み取れません"),
    14: ("timeNotAvailable", "時刻を得られません"),
    15: ("unacceptedPolicy", "求めたポリシーを扱っていません"),
    16: ("unacceptedExtension", "要求の拡張を扱っていません"),
    17: ("addInfoNotAvailable", "追加の情報を得られません"),
    25: ("systemFailure", "時刻認証局の内部で障害が起きています"),
}
_LONGEST_TEXT = 200
_BIT_STRING, _UTF8 = 0x03, 0x0C


@dataclass(frozen=True)
class _Status:
    """A PKIStatusInfo."""

    number: int
    failures: tuple[int, ...]
    text: str


def token_of(answer: bytes) -> bytes:
    """The DER of the token inside a TimeStampResp with status granted. トークンの取出し

    Raises `errors.TimestampRefused` with the authority's reason for any other status (grantedWithMods too: nothing that
    we ask may be modified), and `errors.TimestampRejected` for what is no TimeStampResp.
    """
    try:
        whole = der.element(answer)
        if whole.tag != der.SEQUENCE or whole.end != len(answer):
            raise ValueError("not one SEQUENCE")
        first, *rest = whole.children()
        status = _status(first)
        token = rest[0].whole if rest else b""
    except (ValueError, IndexError) as error:
        raise errors.TimestampRejected(f"answer unreadable: {error}") from error
    if status.number != _GRANTED:
        raise _refusal(status)
    if not token:
        raise errors.TimestampRejected("granted, but without a token")
    return token


def grants(answer: bytes) -> bool:
    """Whether a token was issued, which an authority may bill, whatever it is worth. 発行の有無"""
    try:
        return bool(token_of(answer))
    except errors.PadesError:
        return False


def _status(info: der.Element) -> _Status:
    if info.tag != der.SEQUENCE:
        raise ValueError("no PKIStatusInfo")
    first, *rest = info.children()
    if first.tag != der.INTEGER or len(first.contents) != 1:
        raise ValueError("no PKIStatus")
    texts = [text for one in rest if one.tag == der.SEQUENCE for text in one.children() if text.tag == _UTF8]
    said = " ".join(text.contents.decode("utf-8", "replace") for text in texts)
    bits = [bit for one in rest if one.tag == _BIT_STRING for bit in _set_bits(one.contents)]
    plain = "".join(letter for letter in said if letter.isprintable())[:_LONGEST_TEXT]
    return _Status(first.contents[0], tuple(bits), plain)


def _set_bits(contents: bytes) -> list[int]:
    octets = contents[1:]
    return [bit for bit in range(len(octets) * 8) if octets[bit // 8] & 0x80 >> bit % 8]


def _refusal(status: _Status) -> errors.TimestampRefused:
    failures = [_FAILURES.get(bit, (f"failure {bit}", "理由の番号が規格にありません")) for bit in status.failures]
    word = _STATUSES.get(status.number, f"status {status.number}")
    detail = f"the authority answered {word}: {', '.join(name for name, _ in failures) or 'no reason'}"
    return errors.TimestampRefused(
        f"{detail} {status.text!r}" if status.text else detail, reasons=tuple(words for _, words in failures)
    )
