"""Personnel transfers as a sheet: each row puts one person into the plan of its day 人事異動の様式."""

from collections.abc import Iterator, Sequence
from datetime import date
from uuid import UUID

from warifu.access.rights import FOR_DEPARTMENTS, Right, Role
from warifu.directory import actions as directory_actions
from warifu.directory import departments, people, tree
from warifu.directory import models as directory
from warifu.directory import queries as directory_queries
from warifu.integrations import columns, errors, layout, models, rows
from warifu.integrations.columns import Column
from warifu.japan import calendar
from warifu.transfers import actions as transfers
from warifu.transfers import errors as transfer_errors
from warifu.transfers import models as transfer_models
from warifu.transfers import queries
from warifu.transfers.models import Kind, State

_BETWEEN = "／"
NONE, HERE = "なし", "発令先"
_KINDS = {kind.label: kind for kind in Kind}
_ROLES = {role.label: role for role in Role}


def _kind(text: str) -> str:
    if text not in _KINDS:
        raise errors.CellWrong(f"区分は「{'」「'.join(_KINDS)}」のどれかで書いてください。")
    return text


def _posts(text: str) -> str:
    for name in columns.split_names(text):
        if name.count(_BETWEEN) > 1 or name.startswith(_BETWEEN):
            raise errors.CellWrong("「部署／職名」の形で、二つ以上は「、」で区切って書いてください。")
    return columns.names(text)


def _roles(text: str) -> str:
    for word in columns.split_names(text):
        name, _, reach = word.partition(_BETWEEN)
        if word != NONE and name not in _ROLES:
            raise errors.CellWrong(f"「{name}」という役割はありません。役割の名称を確かめてください。例：契約担当")
        if reach not in {"", HERE} or (reach and _ROLES[name] not in FOR_DEPARTMENTS):
            raise errors.CellWrong("発令先の部署に限る役割は「契約担当／発令先」の形で書いてください。")
    if NONE in columns.split_names(text) and len(columns.split_names(text)) > 1:
        raise errors.CellWrong("「なし」と役割を同時に書くことはできません。どちらかにしてください。")
    return columns.names(text)


def _mail(text: str) -> str:
    return columns.mail(text).lower()


COLUMNS = (
    Column("day", "発令日", "この日の0時に効力が生じます。", "2027/04/01", needed=True, read=columns.day),
    Column("kind", "区分", "異動、退職、採用又は復職です。", "異動", needed=True, read=_kind),
    Column("number", "職員番号", "職員をこの番号で見分けます。", "100234", longest=20, aliases=("番号",)),
    Column("name", "氏名", "登録されている氏名です。", "佐藤 美咲", needed=True, longest=80, aliases=("職員名",)),
    Column(
        "mail",
        "メールアドレス",
        "職員番号がないときは、これで見分けます。採用のときは必ず書きます。",
        "sato@example.jp",
        longest=254,
        read=_mail,
        aliases=("メール",),
    ),
    Column(
        "now",
        "現在の部署",
        "書いたときは、登録されている本務の部署と照らし合わせます。",
        "財政部 契約検査課",
        longest=400,
        aliases=("異動前の部署", "旧所属"),
    ),
    Column(
        "department",
        "部署",
        "発令先の部署を、最上位から空白で区切って書きます。発令日の名称です。退職のときは空欄にします。",
        "総務部 総務課",
        longest=400,
        aliases=("異動後の部署", "新所属"),
    ),
    Column("title", "職名", "発令後の職名です。", "係長", longest=60, aliases=("役職",)),
    Column(
        "beside",
        "兼務",
        "「部署／職名」の形で、二つ以上は「、」で区切ります。空欄は今のまま、「なし」はすべての終了です。",
        "財政部／併任",
        longest=2000,
        read=_posts,
    ),
    Column(
        "roles",
        "役割",
        "発令後の役割です。発令先の部署に限るときは「契約担当／発令先」と書きます。空欄は今のまま、「なし」はすべての終了です。",
        "契約担当／発令先",
        longest=400,
        read=_roles,
    ),
)


class Transfers:
    """The plans of a body that are still to be done, and everybody whom they may speak of 人事異動の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._municipality, self._today = municipality, on
        self._people = {one.pk: one for one in directory_queries.staff_of(municipality)}
        self._by_number = {one.number: one.pk for one in self._people.values() if one.number}
        self._by_mail = {one.mail.lower(): one.pk for one in self._people.values()}
        moves = list(queries.open_moves(municipality))
        self._moves = {move.staff_id or move.mail: move for move in moves}
        self._plans = {plan.effective_on: plan for plan in queries.plans_of(municipality) if plan.state in _STILL}
        self._tree = departments.tree_of(municipality)
        self._paths: dict[date, set[str]] = {}

    def key(self, values: layout.Values) -> str:
        staff = self._staff(values)
        return str(staff.pk) if staff else values.get("mail", "") or values.get("number", "")

    def find(self, values: layout.Values) -> layout.Registered | None:
        move = self._move(values)
        if move is None:
            return None
        # What only tells who is meant may be left empty.
        unsaid = {field: "" for field in ("number", "mail", "now") if not values.get(field)}
        return layout.Registered(str(move.pk), {**_values(move), **unsaid})

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        day, kind = calendar.read_day(values["day"]), _KINDS[values["kind"]]
        return [
            *self._about_plan(values, day),
            *self._about_person(values, kind),
            *self._about_places(values, day, kind),
        ]

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return values["kind"] == Kind.LEAVE.label and (known is None or known.values["kind"] != values["kind"])

    def _staff(self, values: layout.Values) -> directory.StaffMember | None:
        found = self._by_number.get(values.get("number", "")) or self._by_mail.get(values.get("mail", "").lower())
        return self._people[found] if found else None

    def _move(self, values: layout.Values) -> transfer_models.Move | None:
        staff = self._staff(values)
        return self._moves.get(staff.pk if staff else values.get("mail", "").lower())

    def _about_plan(self, values: layout.Values, day: date) -> Iterator[layout.Problem]:
        if day < self._today:
            yield "発令日", "過ぎた日です。今日以後の日を書いてください。"
        plan = self._plans.get(day)
        if plan is not None and plan.state != State.DRAFT:
            yield "発令日", "この日の計画は確定しています。計画の画面で確定を取り消してから取り込んでください。"
        move = self._move(values)
        if move is not None and move.plan.effective_on != day:
            other = calendar.wareki(move.plan.effective_on)
            yield "発令日", f"この職員は、{other}付けの計画に入っています。先にその計画から外してください。"

    def _about_person(self, values: layout.Values, kind: Kind) -> Iterator[layout.Problem]:
        staff = self._staff(values)
        if kind is Kind.JOIN:
            if staff is not None:
                yield "区分", "登録済みの職員です。異動として書くか、職員番号とメールアドレスを直してください。"
            if not values.get("mail"):
                yield "メールアドレス", "採用のときは、メールアドレスを書いてください。例：sato@example.jp"
            return
        if staff is None:
            yield "職員番号", "この番号又はメールアドレスの職員は、登録されていません。職員の画面で確かめてください。"
            return
        if _plain(staff.name) != _plain(values["name"]):
            yield "氏名", f"登録されている氏名は「{staff.name}」です。別の職員でないかを確かめてください。"
        if values.get("now") and values["now"] != staff.department.path:
            yield (
                "現在の部署",
                f"登録されている本務の部署は「{staff.department.path}」です。別の職員でないかを確かめてください。",
            )
        if (staff.left_on is not None) is not (kind is Kind.BACK):
            told = "退職が登録されています。復職" if staff.left_on else "在職しています。異動"
            yield "区分", f"この職員は、{told}として書いてください。"

    def _about_places(self, values: layout.Values, day: date, kind: Kind) -> Iterator[layout.Problem]:
        main = values.get("department", "")
        if kind is Kind.LEAVE:
            if main or values.get("title"):
                yield "部署", "退職のときは、部署と職名を空欄にしてください。"
            return
        if not main:
            yield "部署", "発令先の部署を書いてください。例：総務部 総務課"
        wanted = [("部署", main)]
        wanted += [("兼務", _split(post)[0]) for post in _beside(values) or ()]
        for column, path in wanted:
            if path and path not in self._there(day):
                yield column, f"「{path}」という部署は、発令日にはありません。その日の名称で書いてください。"

    def _there(self, day: date) -> set[str]:
        if day not in self._paths:
            self._paths[day] = set(_paths(self._tree, day))
        return self._paths[day]


_STILL = {State.DRAFT.value, State.CONFIRMED.value, State.APPLYING.value}


def exported(municipality: directory.Municipality, on: date) -> Iterator[layout.Values]:
    """Everybody in plans that are still to be done 人事異動の書出し."""
    for move in queries.open_moves(municipality):
        yield _values(move)


def _values(move: transfer_models.Move) -> dict[str, str]:
    posts = list(move.posts.all())
    main = next((post for post in posts if post.is_main), None)
    beside = [
        f"{post.department.path}{_BETWEEN}{post.title}".removesuffix(_BETWEEN) for post in posts if not post.is_main
    ]
    roles = [Role(role).label + (_BETWEEN + HERE if reach == "department" else "") for role, reach in move.roles or ()]
    return {
        "day": f"{move.plan.effective_on:%Y/%m/%d}",
        "kind": Kind(move.kind).label,
        "number": move.number,
        "name": move.name,
        "mail": move.mail.lower(),
        "now": move.staff.department.path if move.staff else "",
        "department": main.department.path if main else "",
        "title": main.title if main else "",
        "beside": "" if move.keeps_beside else "、".join(sorted(beside)) or ("" if move.kind == Kind.LEAVE else NONE),
        "roles": "" if move.roles is None else "、".join(sorted(roles)) or NONE,
    }


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values, day = row.values, calendar.read_day(row.values["day"])
    try:
        plan = queries.plan_on(municipality, day) or _planned(municipality, day, tools)
        entry = _entry(municipality, values, day)
        move = transfers.enter(plan_id=plan.pk, municipality=municipality, entry=entry, by=tools.by, at=tools.at)
    except transfer_errors.Refusal as refusal:
        raise errors.RowRefused(refusal.message) from refusal
    row.target = str(move.pk)


def _planned(municipality: directory.Municipality, day: date, tools: layout.Tools) -> transfer_models.Plan:
    made_by = people.person_of(municipality, UUID(tools.by.id))
    if made_by is None:
        raise errors.RowRefused("ファイルを選んだ職員が登録から無くなりました。選び直してください。")
    return transfers.plan(municipality=municipality, effective_on=day, made_by=made_by, by=tools.by, at=tools.at)


def _entry(municipality: directory.Municipality, values: layout.Values, day: date) -> transfers.Entry:
    kind = _KINDS[values["kind"]]
    staff, newcomer = None, None
    if kind is Kind.JOIN:
        newcomer = transfers.Newcomer(values["name"], values["mail"], values.get("number", ""))
    else:
        found = directory_queries.staff_of(municipality)
        staff = found.filter(number=values["number"]).first() if values.get("number") else None
        staff = staff or found.filter(mail__iexact=values.get("mail", "")).first()
        if staff is None:
            raise errors.RowRefused("確認の後に、この職員が登録から無くなりました。")
    beside = _beside(values)
    return transfers.Entry(
        kind=kind,
        staff=staff,
        newcomer=newcomer,
        main=None if kind is Kind.LEAVE else _place(municipality, values["department"], values.get("title", ""), day),
        beside=None if beside is None else tuple(_place(municipality, *_split(post), day) for post in beside),
        roles=_held(values),
    )


def _beside(values: layout.Values) -> list[str] | None:
    posts = columns.split_names(values.get("beside", ""))
    return None if not posts else [post for post in posts if post != NONE]


def _held(values: layout.Values) -> tuple[tuple[Role, bool], ...] | None:
    words = columns.split_names(values.get("roles", ""))
    if not words:
        return None
    return tuple((_ROLES[word.partition(_BETWEEN)[0]], _BETWEEN in word) for word in words if word != NONE)


def _place(municipality: directory.Municipality, path: str, title: str, day: date) -> directory_actions.Place:
    found = departments.departments_on(municipality, day).filter(path=path).first()
    if found is None:
        # Below a department that is renamed on that very day, the path of today is kept until then.
        number = _paths(departments.tree_of(municipality), day).get(path)
        found = departments.department_of(municipality, number) if number else None
    if found is None:
        raise errors.RowRefused(f"「{path}」という部署が、発令日にはありません。部署の画面で名称を確かめてください。")
    return directory_actions.Place(found, title)


def _paths(whole: tree.Tree, day: date) -> dict[str, int]:
    found: dict[str, int] = {}
    children = whole.children_on(day)
    level = [(row.name, row.id) for row in children.get(None, [])]
    while level:
        found |= dict(level)
        level = [(f"{path} {row.name}", row.id) for path, number in level for row in children.get(number, [])]
    return found


def _split(post: str) -> tuple[str, str]:
    path, _, title = post.partition(_BETWEEN)
    return path.strip(), title.strip()


def _plain(name: str) -> str:
    return "".join(name.split())


LAYOUT = layout.Layout(
    name="transfers",
    title="人事異動",
    right=Right.ORGANISATION,
    columns=COLUMNS,
    label=lambda values: f"{values.get('number', '')} {values.get('name', '')}".strip(),
    whole=Transfers,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=50,
    guarded={"roles": Right.ROLES},
)
