"""What must be there before a body goes live 利用開始の確認事項.

Pure. What the tables can show is counted and never ticked; what they cannot is declared with a name and a day.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import TextChoices


class Declared(TextChoices):
    """What a body declares of itself 申告する事項."""

    REGULATIONS = "regulations", "契約事務規則などの改正（電子契約への対応）"
    NETWORK = "network", "庁内ネットワーク（LGWAN等）からの接続の確認"
    TRAINING = "training", "職員の研修"


@dataclass(frozen=True, slots=True)
class Counts:
    """What the tables show of a body 登録の状況."""

    departments: int
    people: int
    roles: frozenset[str]
    titles: int
    titles_with_consenter: int
    second_factor_demanded: bool
    networks: int
    counterparties: int
    rehearsed: int


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: done or open, whether the gate waits for it, and where to do it 確認事項."""

    key: str
    label: str
    done: bool
    must: bool
    said: str
    route: str = ""


WORKING = frozenset({"officer", "approver"})
"""Without these two roles no contract can be drafted and approved."""


def items(counts: Counts, declared: Mapping[str, str]) -> tuple[Item, ...]:
    """The list, in the order of the work; `declared` says by item what was declared 確認事項の一覧."""
    return (
        Item("departments", "部署", counts.departments > 0, True, f"{counts.departments}件", "office:departments"),
        Item("people", "職員", counts.people > 1, True, f"{counts.people}人", "office:people"),
        Item(
            "roles",
            "契約担当と承認者の役割",
            counts.roles >= WORKING,
            True,
            f"{len(counts.roles)}種類の役割を付与済み",
            "office:people",
        ),
        Item(
            "titles",
            "契約名義と合意する職員",
            counts.titles > 0 and counts.titles_with_consenter == counts.titles,
            True,
            f"{counts.titles}件のうち、合意する職員あり{counts.titles_with_consenter}件",
            "office:titles",
        ),
        Item(
            "sign_in",
            "多要素認証の必須化",
            counts.second_factor_demanded,
            True,
            "必須" if counts.second_factor_demanded else "任意",
            "office:sign_in_rules",
        ),
        Item("networks", "接続元の制限", counts.networks > 0, False, f"{counts.networks}件", "office:networks"),
        Item("settings", "団体の設定", True, False, "初期値のまま利用できます", "desk:municipality"),
        Item(
            "counterparties",
            "取引先",
            counts.counterparties > 0,
            False,
            f"{counts.counterparties}件",
            "desk:counterparties",
        ),
        Item(
            "rehearsal",
            "練習（起案から承認まで）",
            counts.rehearsed > 0,
            False,
            f"{counts.rehearsed}件",
            "desk:home",
        ),
        *(
            Item(one.value, one.label, one.value in declared, True, declared.get(one.value, "未申告"))
            for one in Declared
        ),
    )


def open_musts(found: tuple[Item, ...]) -> tuple[Item, ...]:
    """What the gate still waits for 未完了の必須事項."""
    return tuple(item for item in found if item.must and not item.done)
