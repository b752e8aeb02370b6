"""What the lines are about, in names; only for those who may read contracts 操作の対象."""

from collections.abc import Iterable
from uuid import UUID

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.agreements import queries as agreements
from warifu.agreements import sights
from warifu.archive import queries as archive
from warifu.directory import queries as directory

from . import ledger_words

KINDS = {
    "agreement": "契約案件",
    "record": "締結済みの契約",
    "period": "一括検証",
    "import": "CSVの取込み",
    "counterparty": "取引先",
    "account": "アカウント",
    "municipality": "団体",
    "staff": "職員",
    "department": "部署",
    "group": "グループ",
    "folder": "フォルダ",
    "title": "契約名義",
    "transfer": "人事異動",
    "party": "当事者",
    "ledger": "操作ログ",
    "anomaly": "注意が必要な利用",
}
CONTENTS = ("agreements.", "archive.")
"""Rooms whose lines tell what stands in a contract."""
MOST = 200


def may_read(person: access.Person) -> bool:
    """Whether names and contents of contracts may stand on the page: administration alone reads none 契約の閲覧権限.

    The ledger is of the whole body, so only who reads its contracts everywhere reads their contents there; but not
    those that `closed` names.
    """
    return person.reach(Right.READ).everywhere


def closed(person: access.Person) -> frozenset[str]:
    """Targets that a confidential folder shuts to this person, whatever their roles 親展の対象."""
    shut = sights.of(person, Right.READ).shut
    if not shut:
        return frozenset()
    inside = agreements.agreements_of(person.municipality).filter(record__folder__in=shut)
    found = {f"folder:{key}" for key in shut}
    for agreement, record in inside.order_by().values_list("pk", "record"):
        found |= {f"agreement:{agreement}", f"record:{record}"}
    found |= {f"party:{key}" for key in agreements.parties_in(inside)}
    return frozenset(found)


def tells_contents(action: str) -> bool:
    """Whether the facts of such a line belong to a contract 契約の内容を含む操作か."""
    return action.startswith(CONTENTS)


def names(person: access.Person, targets: Iterable[str]) -> dict[str, str]:
    """A name for each target; its kind and a part of its identifier where this person may know none 対象の名前."""
    wanted = set(targets)
    found = {target: _plain(target) for target in wanted}
    if may_read(person):
        sight = sights.of(person, Right.READ)
        mine = agreements.agreements_of(person.municipality).filter(sight.not_shut("record__"))
        for agreement in mine.filter(pk__in=_ids(wanted, "agreement")):
            found[f"agreement:{agreement.pk}"] = f"{agreement.number} {agreement.title}".strip() or "（件名なし）"
        for record in archive.records_of(person.municipality).filter(sight.not_shut(), pk__in=_ids(wanted, "record")):
            found[f"record:{record.pk}"] = f"{record.number} {record.title}".strip()
    for firm in directory.counterparties_of(person.municipality).filter(pk__in=_ids(wanted, "counterparty")):
        found[f"counterparty:{firm.pk}"] = firm.name
    return found


def matching(person: access.Person, words: str) -> tuple[str, ...]:
    """The targets that are meant by words: of a contract's number or (for readers) title, or an identifier 対象の検索.

    Of more than 200 contracts the last changed ones.
    """
    words = words.strip()
    known = agreements.agreements_of(person.municipality).filter(sights.of(person, Right.READ).not_shut("record__"))
    found = known.filter(number__icontains=words)
    if may_read(person):
        found = found | known.filter(title__icontains=words)
    targets: list[str] = []
    for agreement in found[:MOST]:
        targets.append(f"agreement:{agreement.pk}")
        if agreement.record_id:
            targets.append(f"record:{agreement.record_id}")
    identifier = _uuid(words)
    if identifier is not None:
        targets += [f"{kind}:{identifier}" for kind in KINDS]
    return tuple(targets)


def _plain(target: str) -> str:
    kind, _, name = target.partition(":")
    if kind == "page":
        return ledger_words.PAGES.get(name, name)
    return f"{KINDS.get(kind, kind)} {name[:8]}".strip()


def _ids(targets: set[str], kind: str) -> list[UUID]:
    found = (_uuid(target.partition(":")[2]) for target in targets if target.startswith(f"{kind}:"))
    return [one for one in found if one is not None]


def _uuid(text: str) -> UUID | None:
    try:
        return UUID(text)
    except ValueError:
        return None
