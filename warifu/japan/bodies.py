"""Numbers that name municipalities and firms 団体コード・法人番号.

Municipal codes: 全国地方公共団体コード (総務省), five digits and a check digit. Corporate numbers: 法人番号の指定等に
関する省令2条 (平成26年財務省令第70号), a check digit and twelve digits.
"""

import re
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Body:
    """A municipality and its six-digit code 市町."""

    code: str
    name: str
    slug: str


BODIES = (
    Body("032018", "盛岡市", "morioka"),
    Body("032140", "八幡平市", "hachimantai"),
    Body("032166", "滝沢市", "takizawa"),
    Body("033014", "雫石町", "shizukuishi"),
    Body("033022", "葛巻町", "kuzumaki"),
    Body("033031", "岩手町", "iwate"),
    Body("033219", "紫波町", "shiwa"),
    Body("033227", "矢巾町", "yahaba"),
)


def is_municipal_code(code: str) -> bool:
    """Whether six ASCII digits end in their check digit 団体コードの検査数字.

    Weights 6 5 4 3 2; the last digit of 11 minus the remainder by 11.
    """
    if not re.fullmatch(r"[0-9]{6}", code):
        return False
    total = sum(int(digit) * weight for digit, weight in zip(code[:5], (6, 5, 4, 3, 2), strict=True))
    return int(code[5]) == (11 - total % 11) % 10


def is_corporate_number(number: str) -> bool:
    """Whether thirteen ASCII digits begin with their check digit 法人番号の検査数字.

    From the right, weights 1 2 1 2 …; 9 minus the remainder of the sum by 9.
    """
    if not re.fullmatch(r"[0-9]{13}", number):
        return False
    total = sum(int(digit) * (2 if place % 2 else 1) for place, digit in enumerate(reversed(number[1:])))
    return int(number[0]) == 9 - total % 9
