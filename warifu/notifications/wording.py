"""How a mail is written out of its text 通知の文面の作成."""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from string import Template

from . import errors
from .texts import OUTSIDE, TEXTS, Kind

__all__ = ["OUTSIDE", "Kind", "Wording", "compose", "name_of", "needs", "secrets_of"]

_PLACE = re.compile(r"\{(link|code)\}")


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body of one mail 文面."""

    subject: str
    body: str


def compose(kind: Kind, values: Mapping[str, str]) -> Wording:
    """The mail of one occasion; the subject begins with 【市町名】 and ends with the title 文面の作成.

    `values` are plain Japanese texts (days already in 和暦); `needs(kind)` names them, more do no harm. A reason of
    several lines is indented, so that nobody else's words look like ours; a title that says {link} does not become the
    link. Raises errors.ValueMissing.
    """
    opening, body = TEXTS[kind]
    missing = sorted(needs(kind) - values.keys())
    if missing:
        raise errors.ValueMissing(missing[0])
    shown = {name: _PLACE.sub(r"｛\1｝", value) for name, value in values.items()} | {
        "reason": _quoted(values.get("reason", "")),
        "public_url": values.get("public_url", "").rstrip("/"),
    }
    return Wording(
        subject=f"【{values['municipality']}】{opening}{values['title']}", body=Template(body).substitute(shown)
    )


def needs(kind: Kind) -> frozenset[str]:
    """Names of the plain values that a mail of this kind needs 文面の項目."""
    return frozenset(Template(TEXTS[kind][1]).get_identifiers()) | {"municipality", "title"}


def secrets_of(kind: Kind) -> frozenset[str]:
    """Names of the secrets for which a mail of this kind has a place 差し込む秘匿の値."""
    return frozenset(name for name in ("link", "code") if f"{{{name}}}" in TEXTS[kind][1])


def name_of(kind: str) -> str:
    """What staff call a mail of this kind: the opening of its subject 通知の呼び名."""
    return TEXTS[Kind(kind)][0].removesuffix("：")


def _quoted(reason: str) -> str:
    return "\n".join(f"　｜{line}" for line in _PLACE.sub(r"｛\1｝", reason).splitlines())
