"""The signatures of a file, found by their byte ranges alone and cut out for other programs. 署名値の取出し

Deliberately little code and nothing of `warifu`: what a witness is given must not come through the engine it judges.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from asn1crypto import cms

RANGE = re.compile(rb"/ByteRange\s*\[\s*(\d+)\s+(\d+)\s+(\d+)\s+(\d+)\s*\]")


@dataclass(frozen=True)
class Embedded:
    """One value of /Contents (DER without padding) and the bytes that it covers. 署名値"""

    byte_range: tuple[int, int, int, int]
    covered: bytes
    content: bytes

    @property
    def signed_data(self) -> cms.SignedData:
        """The CMS inside. CMS"""
        return cms.ContentInfo.load(self.content)["content"]

    @property
    def is_timestamp(self) -> bool:
        """Whether it is a document timestamp: a CMS over TSTInfo (RFC 3161, 2.4.2). 文書タイムスタンプ"""
        return bool(self.signed_data["encap_content_info"]["content_type"].native == "tst_info")

    @property
    def end(self) -> int:
        """Where the covered bytes end. 終端"""
        return self.byte_range[2] + self.byte_range[3]

    @property
    def signature(self) -> bytes:
        """The signature value, over which a signature timestamp is taken (RFC 3161, appendix A). 署名値"""
        return bytes(self.signed_data["signer_infos"][0]["signature"].native)

    @property
    def tokens(self) -> list[bytes]:
        """Signature timestamps, DER. 署名タイムスタンプ"""
        attributes = self.signed_data["signer_infos"][0]["unsigned_attrs"]
        found = []
        for attribute in attributes if attributes else ():
            if attribute["type"].native == "signature_time_stamp_token":
                found += [bytes(value.dump()) for value in attribute["values"]]
        return found

    @property
    def certificates(self) -> list[bytes]:
        """All certificates that came along, DER. 同梱証明書"""
        return [bytes(choice.chosen.dump()) for choice in self.signed_data["certificates"]]


def found_in(data: bytes) -> list[Embedded]:
    """All signatures in the order of what they cover. 署名値の一覧"""
    found = []
    for match in RANGE.finditer(data):
        start, length, second, rest = (int(part) for part in match.groups())
        held = bytes.fromhex(data[start + length + 1 : second - 1].decode("ascii"))
        covered = data[start : start + length] + data[second : second + rest]
        found.append(Embedded((start, length, second, rest), covered, held[: der_length(held)]))
    return sorted(found, key=lambda one: one.end)


def der_length(held: bytes) -> int:
    """Length of the first DER value with its header (X.690, 8.1.3). DERの長さ"""
    if held[1] < 0x80:
        return 2 + held[1]
    octets = held[1] & 0x7F
    return 2 + octets + int.from_bytes(held[2 : 2 + octets], "big")
