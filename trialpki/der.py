"""The few DER encoders that a timestamp token needs, X.690 DERの符号化.

Written out because building the same token from ASN.1 objects costs fifteen times the CPU of signing it.
"""

from datetime import UTC, datetime


def element(tag: int, *contents: bytes) -> bytes:
    """Return one DER element: `tag` octet, length, joined `contents` 要素."""
    body = b"".join(contents)
    size = len(body)
    if size < 0x80:
        return bytes((tag, size)) + body
    length = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(length))) + length + body


def sequence(*contents: bytes) -> bytes:
    """Return a SEQUENCE of already encoded elements SEQUENCE."""
    return element(0x30, *contents)


def set_of(*contents: bytes, tag: int = 0x31) -> bytes:
    """Return a SET OF in the canonical order of X.690 clause 11.6 SET OF."""
    return element(tag, *sorted(contents))


def explicit(number: int, *contents: bytes) -> bytes:
    """Return a context-specific constructed element [number] 明示タグ."""
    return element(0xA0 | number, *contents)


def integer(value: int) -> bytes:
    """Return an INTEGER in its shortest form INTEGER."""
    return element(
        0x02,
        value.to_bytes(
            value.bit_length() // 8 + 1 if value >= 0 else (value + 1).bit_length() // 8 + 1, "big", signed=True
        ),
    )


def octets(value: bytes) -> bytes:
    """Return an OCTET STRING OCTET STRING."""
    return element(0x04, value)


def utf8(value: str) -> bytes:
    """Return a UTF8String UTF8String."""
    return element(0x0C, value.encode())


def null() -> bytes:
    """Return NULL NULL."""
    return element(0x05)


def named_bit(number: int) -> bytes:
    """Return a BIT STRING with named bit `number` alone set, trailing zeros cut (X.690 clause 11.2.2) BIT STRING."""
    return element(0x03, bytes((7 - number % 8,)), bytes(number // 8), bytes((0x80 >> number % 8,)))


def object_identifier(dotted: str) -> bytes:
    """Return an OBJECT IDENTIFIER OBJECT IDENTIFIER."""
    first, second, *rest = (int(part) for part in dotted.split("."))
    return element(0x06, *(_base128(arc) for arc in (first * 40 + second, *rest)))


def generalized_time(at: datetime) -> bytes:
    """Return `at` (aware) as GeneralizedTime in UTC with milliseconds, no trailing zeros (RFC 3161, 2.4.2) 時刻."""
    moment = at.astimezone(UTC)
    fraction = f".{moment.microsecond // 1000:03d}".rstrip("0").rstrip(".")
    return element(0x18, f"{moment:%Y%m%d%H%M%S}{fraction}Z".encode("ascii"))


def _base128(arc: int) -> bytes:
    digits = [arc & 0x7F]
    while arc := arc >> 7:
        digits.append(arc & 0x7F | 0x80)
    return bytes(reversed(digits))
