"""Passwords that attackers know already 流出したパスワード.

The list is a file that an operator brings: SHA-1 in hexadecimal, one a line, in ascending order, with or without
`:count` behind it (the form in which Have I Been Pwned hands out its list "ordered by hash"). It is looked up by
bisection in the file itself; 40 GB cost some forty reads, and no password leaves the machine.
"""

import hashlib
from pathlib import Path

from django.core.exceptions import ValidationError

DIGITS = 40
SENTENCE = "このパスワードは、流出したことが知られているため使えません。ほかで使っていないパスワードにしてください。"


def is_listed(password: str, list_file: Path) -> bool:
    """Whether the list has this password 流出の照合.

    Raises OSError when the file cannot be read: a check that cannot be made does not pass silently.
    """
    # SHA-1 is what the list is made of; it protects nothing here.
    wanted = hashlib.sha1(password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    with list_file.open("rb") as lines:
        low, high = 0, list_file.stat().st_size
        while low < high:
            middle = (low + high) // 2
            lines.seek(middle)
            if middle:
                lines.readline()
            found = lines.readline()[:DIGITS].upper()
            if found and found < wanted:
                low = middle + 1
            else:
                high = middle
        lines.seek(low)
        if low:
            lines.readline()
        if lines.readline()[:DIGITS].upper() == wanted:
            return True
        # Bisection lands behind the end of some line, and so never on the first one.
        lines.seek(0)
        return lines.readline()[:DIGITS].upper() == wanted


class NotBreached:
    """Django's validator on such a list; without a list it says nothing 流出したパスワードの検査."""

    def __init__(self, list_file: Path | None = None) -> None:
        self.list_file = list_file

    def validate(self, password: str, user: object = None) -> None:
        if self.list_file is not None and is_listed(password, self.list_file):
            raise ValidationError(SENTENCE, code="password_breached")

    def get_help_text(self) -> str:
        return "過去に流出したことが知られているパスワードは使えません。"
