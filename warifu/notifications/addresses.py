"""Which addresses a mail can be sent to 宛先."""

import re

LONGEST = 254
"""Characters of a whole address (RFC 5321 §4.5.3.1.3, less the angle brackets)."""

# RFC 5321 §4.1.2 without quoted local parts and without SMTPUTF8, which few mail systems of the region take. Two dots
# in a row stay allowed: old addresses of Japanese mobile carriers have them.
_LABEL = r"[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_ADDRESS = re.compile(rf"[A-Za-z0-9.!#$%&'*+/=?^_`{{|}}~-]{{1,64}}@{_LABEL}(?:\.{_LABEL})*")


def is_deliverable(mail: str) -> bool:
    """Whether the outbox takes this as the address of one person; forms ask here first 送信できる宛先."""
    return len(mail) <= LONGEST and _ADDRESS.fullmatch(mail) is not None
