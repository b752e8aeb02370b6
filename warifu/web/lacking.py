"""Which right is missing and whom to ask for it, in sentences 足りない権限."""

from collections.abc import Iterable
from datetime import datetime

from warifu.access import queries
from warifu.access.rights import Right, Role, roles_with
from warifu.directory import models as directory
from warifu.japan import calendar

from . import needs

MOST_NAMED = 3


def what(need: needs.Need) -> str:
    """The rights that would open it, and the roles that give them 足りない権限."""
    if not need.rights:
        return "この画面は、契約名義で合意する職員として登録されている方が利用できます。"
    rights = "、又は".join(f"「{right.label}」権限" for right in _in_order(need.rights))
    return f"この画面には、{rights}が必要です。この権限は、{roles_of(need.rights)}の役割にあります。"


def roles_of(rights: Iterable[Right]) -> str:
    """The roles that give any of these rights, by name, in the order of the table 役割の名前."""
    given = frozenset().union(*(roles_with(right) for right in rights))
    return "、".join(role.label for role in Role if role in given)


def whom_to_ask(municipality: directory.Municipality, *, at: datetime) -> str:
    """The people of this body who can grant a role, by name 依頼先."""
    found = queries.staff_who_may(municipality, Right.ROLES, on=calendar.day_in_japan(at))
    names = [f"{one.department.path} {one.name}さん" for one in found[: MOST_NAMED + 1]]
    if not names:
        return f"{municipality.name}には、役割を付与できる全体管理者がいません。ヘルプデスクへご連絡ください。"
    more = "ほか" if len(names) > MOST_NAMED else ""
    return f"必要な場合は、全体管理者（{'、'.join(names[:MOST_NAMED])}{more}）へ、役割の付与を依頼してください。"


def _in_order(rights: Iterable[Right]) -> list[Right]:
    given = frozenset(rights)
    return [right for right in Right if right in given]
