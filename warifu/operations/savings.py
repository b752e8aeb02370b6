"""By which rule a body reckons what electronic contracts save, and for whom 節減額の決まり."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType

from django.db import transaction

from warifu.access.person import Person
from warifu.agreements.models import Kind
from warifu.audit import actions as audit
from warifu.audit import changes
from warifu.directory import models as directory
from warifu.japan import stamp_tax
from warifu.japan.stamp_tax import Paper

from .statistics_models import SavingRule, TallyState

USUAL: Mapping[str, Paper] = MappingProxyType(
    {
        Kind.CONSTRUCTION: Paper.CONSTRUCTION,
        Kind.SERVICE: Paper.WORK,
        # 売買 of goods is not taxed, nor is the lease of goods or buildings; an amendment is taxed on the difference to
        # a paper that we do not know; the others may be anything.
        Kind.PURCHASE: Paper.NONE,
        Kind.LEASE: Paper.NONE,
        Kind.AMENDMENT: Paper.NONE,
        Kind.PROVISIONAL: Paper.NONE,
        Kind.MEMORANDUM: Paper.NONE,
        Kind.OTHER: Paper.NONE,
    }
)
"""As which taxed paper a kind counts while the body decides nothing else. A contract without a total is No. 2 with 200
yen, not No. 7: a municipality is no 営業者 (印紙税法施行令26条1号)."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Yen of postage that one contract on paper costs (None: not told), and the papers by kind 節減額の決まり."""

    postage: int | None
    papers: Mapping[str, Paper]


def rule_of(municipality: directory.Municipality) -> Rule:
    """What holds for a body now 節減額の決まり."""
    row = SavingRule.objects.filter(municipality=municipality).first()
    if row is None:
        return Rule(None, USUAL)
    decided = {kind: Paper(paper) for kind, paper in row.papers.items() if kind in USUAL and paper in list(Paper)}
    return Rule(row.postage, {**USUAL, **decided})


def decide(*, rule: Rule, by: Person, at: datetime) -> None:
    """Decide anew; where papers change, the next job counts all months of the body again 節減額の決まりの変更."""
    body = by.municipality
    with transaction.atomic():
        before = rule_of(body)
        papers = {kind: paper.value for kind, paper in rule.papers.items()}
        SavingRule.objects.update_or_create(municipality=body, defaults={"postage": rule.postage, "papers": papers})
        if dict(before.papers) != dict(rule.papers):
            TallyState.objects.update_or_create(municipality=body, defaults={"stale": True})
        audit.append(
            ledger=body.code,
            action="operations.decide_savings",
            target=f"municipality:{body.code}",
            by=by.actor,
            at=at,
            facts=changes.between(_told(before), _told(rule)),
        )


def _told(rule: Rule) -> dict[str, object]:
    papers = [f"{Kind(kind).label}：{stamp_tax.WORDS[paper]}" for kind, paper in rule.papers.items()]
    return {"postage": rule.postage, "stamp_papers": "、".join(papers)}
