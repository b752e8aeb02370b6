"""What a plan says, as somebody has it before them when they confirm it 計画の内容."""

import json
from collections.abc import Sequence
from hashlib import sha256

from . import models
from .findings import Finding

Contents = list[tuple[object, ...]]


def of(plan: models.Plan) -> Contents:
    """Who goes where as what, and whom somebody has chosen to take over 計画の内容."""
    said = ("pk", "kind", "name", "mail", "number", "keeps_beside", "roles")
    posts = ("posts__department", "posts__title", "posts__is_main")
    chosen = models.HandOver.objects.filter(move__plan=plan).order_by("agreement", "part")
    return [
        *plan.moves.order_by("pk", "posts__pk").values_list(*said, *posts),
        *chosen.values_list("agreement", "part", "successor"),
    ]


def digest(contents: Contents, findings: Sequence[Finding]) -> str:
    """SHA-256, in hexadecimal digits, of that and of the remarks beside it 内容のハッシュ値."""
    told = [contents, sorted(one.sentence for one in findings)]
    return sha256(json.dumps(told, default=str).encode()).hexdigest()
