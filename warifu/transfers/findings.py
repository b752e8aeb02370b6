"""What a look over a plan tells: what has to be mended, and what somebody should know 計画の点検."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from uuid import UUID

from django.db.models import Q

from warifu.access import administrators
from warifu.access.rights import Right
from warifu.directory import people
from warifu.directory import queries as directory

from . import models
from .models import Kind, Part
from .outlook import Outlook
from .succession import RIGHT_FOR, Worker, may_take

MOST_NAMED = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """One remark: whether it stands in the way, what is the matter and what to do 指摘."""

    blocks: bool
    sentence: str
    move_id: int | None = None


def of(outlook: Outlook) -> list[Finding]:
    """All remarks, those that stand in the way first 計画の点検."""
    moves = outlook.entered
    if not moves:
        return [Finding(True, "発令がありません。CSVを取り込むか、職員を一人ずつ加えてください。")]
    found = [
        *_places(outlook, moves),
        *_people(moves),
        *_tasks(outlook),
        *_administrators(outlook),
        *_titles(outlook),
        *_groups(outlook),
        *_departments(outlook),
    ]
    return sorted(found, key=lambda one: not one.blocks)


def _places(outlook: Outlook, moves: Sequence[models.Move]) -> Iterator[Finding]:
    for move in moves:
        for post in move.posts.all():
            if not outlook.whole[outlook.then(post.department_id)].holds(outlook.day):
                yield Finding(
                    True,
                    f"{move.name}さんの発令先「{post.department.path}」は、発令日には存在しません。部署を選び直してください。",
                    move.pk,
                )


def _people(moves: Sequence[models.Move]) -> Iterator[Finding]:
    taken = directory.mails_taken(move.mail for move in moves if move.staff is None)
    for move in moves:
        if move.staff is None:
            if move.mail.lower() in taken:
                yield Finding(
                    True,
                    f"{move.name}さんのメールアドレスは、ほかの職員が使用しています。アドレスを確かめてください。",
                    move.pk,
                )
        elif move.staff.left_on is not None and move.kind != Kind.BACK:
            yield Finding(
                True, f"{move.name}さんには、退職が登録されています。発令を外すか、復職に改めてください。", move.pk
            )
        elif move.staff.left_on is None and move.kind == Kind.BACK:
            yield Finding(True, f"{move.name}さんは在職しています。復職を異動に改めてください。", move.pk)


def _tasks(outlook: Outlook) -> Iterator[Finding]:
    nobody, wrong = Counter[UUID](), list[str]()
    for task in outlook.tasks:
        successor = outlook.successors[task.matter.agreement_id, task.part]
        if successor is None:
            nobody[task.owner] += 1
            continue
        officer = outlook.successors.get((task.matter.agreement_id, Part.OFFICER)) or task.matter.in_charge
        worker = outlook.workers.get(successor)
        if worker is None or not may_take(task, worker, officer=officer):
            wrong.append(f"契約{task.matter.number or '（番号なし）'}の{task.part.label}")
    for holder, count in nobody.items():
        move = outlook.moves[holder]
        yield Finding(
            True, f"{move.name}さんの進行中の契約{count}件に、引き継ぐ職員が決まっていません。選んでください。", move.pk
        )
    for words in wrong:
        yield Finding(
            True,
            f"{words}に選んだ職員は、発令後に権限がないか、自分が起案又は担当する契約の承認者になります。選び直してください。",
        )


def _administrators(outlook: Outlook) -> Iterator[Finding]:
    now = set(administrators.lasting(outlook.municipality, on=outlook.day).values_list("pk", flat=True))
    # Whoever comes has chosen no password yet, so they do not count.
    made = administrators.accounts_of(staff for staff, move in outlook.moves.items() if move.makes_administrator)
    able = any(is_open or outlook.moves[staff].kind == Kind.BACK for staff, is_open in made.items())
    if now and not able and not any(_stays_administrator(outlook.moves.get(staff)) for staff in now):
        yield Finding(
            True,
            "期限の定めのない全体管理者が一人もいなくなります。"
            "ほかの在職する職員に全体管理者の役割を付与してから確定してください。",
        )


def _stays_administrator(move: models.Move | None) -> bool:
    return move is None or (move.kind != Kind.LEAVE and (move.roles is None or move.makes_administrator))


def _titles(outlook: Outlook) -> Iterator[Finding]:
    living = Q(ends_on__isnull=True) | Q(ends_on__gte=outlook.day)
    for authority in directory.authorities_of(outlook.municipality).filter(living).prefetch_related("consenters"):
        consenters = [one for one in authority.consenters.all() if one.left_on is None or one.left_on >= outlook.day]
        kinds = {one.pk: outlook.moves[one.pk].kind for one in consenters if one.pk in outlook.moves}
        if not kinds:
            continue
        leaving = [one for one in consenters if kinds.get(one.pk) == Kind.LEAVE]
        moving = [one for one in consenters if kinds.get(one.pk) == Kind.MOVE]
        if len(leaving) == len(consenters):
            yield Finding(
                False,
                f"「{authority.title}」の名義で合意できる職員が一人もいなくなります。発令日までに、後任を契約名義に登録してください。",
            )
        for one in moving:
            yield Finding(
                False,
                f"{one.name}さんは、異動の後も「{authority.title}」の名義で合意できます。職を離れるときは、契約名義の登録を改めてください。",
                outlook.moves[one.pk].pk,
            )


def _groups(outlook: Outlook) -> Iterator[Finding]:
    """A group gives titles and ways in across departments, so nobody falls out of one by moving."""
    going = Counter(name for name, staff in people.memberships(outlook.municipality) if staff in outlook.moves)
    for name, count in sorted(going.items()):
        yield Finding(
            False,
            f"グループ「{name}」の構成員{count}人が、この計画に入っています。異動の後も構成員のままです。離れるときは、グループの登録を改めてください。",
        )


def _departments(outlook: Outlook) -> Iterator[Finding]:
    before = outlook.without.workers
    for part, right in RIGHT_FOR.items():
        then, now = _counts(before, right, outlook), _counts(outlook.workers, right, outlook)
        empty = [outlook.whole.path(place, outlook.day) for place in then if not now.get(place)]
        if empty:
            named = "、".join(f"「{path}」" for path in sorted(empty)[:MOST_NAMED])
            more = f"など{len(empty)}の部署" if len(empty) > MOST_NAMED else ""
            word = "承認者" if part is Part.APPROVER else "契約担当"
            yield Finding(
                False,
                f"{named}{more}に、{word}の役割を持つ職員がいなくなります。後任の役割を確かめてください。",
            )


def _counts(workers: dict[UUID, Worker], right: Right, outlook: Outlook) -> dict[int, int]:
    found: dict[int, int] = defaultdict(int)
    for worker in workers.values():
        for place in worker.departments:
            if worker.may(right, outlook.covering(place)):
                found[place] += 1
    return dict(found)
