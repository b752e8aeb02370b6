"""職員: people, their main post and the concurrent ones 職員の様式."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from uuid import UUID

from warifu.access import administrators
from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import departments, people
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.integrations import columns, errors, layout, models, rows
from warifu.integrations.columns import Column
from warifu.japan import calendar

_BETWEEN = "／"


def _posts(text: str) -> str:
    for name in columns.split_names(text):
        if name.count(_BETWEEN) > 1 or name.startswith(_BETWEEN):
            raise errors.CellWrong("「部署／職名」の形で、二つ以上は「、」で区切って書いてください。")
    return columns.names(text)


def _mail(text: str) -> str:
    return columns.mail(text).lower()


COLUMNS = (
    Column("number", "職員番号", "職員をこの番号で見分けます。", "100234", longest=20, aliases=("番号",)),
    Column("name", "氏名", "姓と名を空白で区切ります。", "佐藤 美咲", needed=True, longest=80, aliases=("職員名",)),
    Column(
        "mail",
        "メールアドレス",
        "職員番号がないときは、これで見分けます。",
        "sato@example.jp",
        needed=True,
        longest=254,
        read=_mail,
        aliases=("メール",),
    ),
    Column(
        "department",
        "部署",
        "本務の部署を、最上位から空白で区切って書きます。",
        "財政部 契約検査課",
        needed=True,
        longest=400,
        aliases=("所属", "本務"),
    ),
    Column("title", "職名", "本務の職名です。", "主任", longest=60, aliases=("役職",)),
    Column(
        "concurrent",
        "兼務",
        "「部署／職名」の形で書きます。二つ以上は「、」で区切ります。",
        "総務部 総務課／主査",
        longest=2000,
        read=_posts,
    ),
    Column(
        "begins_on",
        "発令日",
        "部署、職名又は兼務が変わる日です。今日以前の日を書きます。空欄は当日とします。",
        "2026/04/01",
        read=columns.day,
    ),
    Column("left_on", "退職日", "この日の終わりに退職します。", "2027/03/31", read=columns.day),
)


class People:
    """Everybody of a body who works there, by number and by address 職員の登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._known: dict[str, layout.Registered] = {}
        self._by_number: dict[str, str] = {}
        self._by_mail: dict[str, str] = {}
        for values in exported(municipality, on):
            self._known[values["id"]] = layout.Registered(values["id"], values)
            self._by_mail[values["mail"].lower()] = values["id"]
            if values["number"]:
                self._by_number[values["number"]] = values["id"]
        self._staying = {str(one.pk) for one in administrators.lasting(municipality, on=on)}
        self._paths = set(departments.departments_on(municipality, on).values_list("path", flat=True))

    def key(self, values: layout.Values) -> str:
        known = self.find(values)
        return known.target if known else values.get("number", "") or values.get("mail", "")

    def find(self, values: layout.Values) -> layout.Registered | None:
        number, mail = values.get("number", ""), values.get("mail", "").lower()
        found = self._by_number.get(number) if number else None
        if found is None and (by_mail := self._by_mail.get(mail)):
            # Another number at this address is another person, unless none is registered yet.
            theirs = self._known[by_mail].values["number"]
            found = by_mail if not number or not theirs else None
        return self._known[found] if found else None

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        told: list[layout.Problem] = []
        holder = self._by_mail.get(values.get("mail", "").lower())
        if holder is not None and (known is None or known.target != holder):
            told.append(("メールアドレス", "ほかの職員が使用しています。一人に一つのアドレスを書いてください。"))
        wanted = [("部署", values.get("department", ""))]
        wanted += [("兼務", _split(post)[0]) for post in columns.split_names(values.get("concurrent", ""))]
        told += [
            (column, f"「{path}」という部署は、今日はありません。部署の画面の名称のとおりに書いてください。")
            for column, path in wanted
            if path and path not in self._paths
        ]
        if known is not None and known.values["left_on"] and "left_on" in values and not values["left_on"]:
            told.append(("退職日", "退職の取消しは、職員の画面で行ってください。"))
        if known is not None and self.ends(values, known):
            told += self._about_administrators(known.target)
        return told

    def _about_administrators(self, leaver: str) -> Sequence[layout.Problem]:
        if self._staying == {leaver}:
            return [("退職日", "ただ一人の全体管理者です。先に、ほかの職員へ全体管理者の役割を付与してください。")]
        self._staying.discard(leaver)
        return []

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return bool(values.get("left_on")) and (known is None or not known.values["left_on"])


def _split(post: str) -> tuple[str, str]:
    path, _, title = post.partition(_BETWEEN)
    return path.strip(), title.strip()


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """Everybody who works there on this day, in the order of names 職員の書出し."""
    found = people.people_of(municipality, words="", left=False, on=on)
    for start in range(0, found.count(), 500):
        together = list(found[start : start + 500])
        held = people.posts_by_person(together, on=on)
        for staff in together:
            yield _values(staff, held.get(staff.pk, []))


def _values(staff: directory.StaffMember, held: Sequence[directory.Post]) -> dict[str, str]:
    beside = [
        f"{post.department.path}{_BETWEEN}{post.title}".removesuffix(_BETWEEN) for post in held if not post.is_main
    ]
    return {
        "id": str(staff.pk),
        "number": staff.number,
        "name": staff.name,
        "mail": staff.mail.lower(),
        "department": staff.department.path,
        "title": staff.title,
        "concurrent": "、".join(sorted(beside)),
        "begins_on": "",
        "left_on": f"{staff.left_on:%Y/%m/%d}" if staff.left_on else "",
    }


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values, today = row.values, calendar.day_in_japan(tools.at)
    since = calendar.read_day(values["begins_on"]) if values.get("begins_on") else today
    if row.target:
        staff = people.person_of(municipality, UUID(row.target))
        if staff is None:
            raise directory_errors.NotThen("確認の後に、この職員が登録から無くなりました。")
        before = _values(staff, people.posts_of(staff, on=today))
        _mend(staff, before, {**before, **values}, since, tools)
    else:
        staff = directory_actions.add_person(
            municipality=municipality,
            entry=directory_actions.PersonEntry(values["name"], values["mail"], values.get("number", "")),
            department=_department(municipality, values["department"], today),
            title=values.get("title", ""),
            begins_on=since,
            by=tools.by,
            at=tools.at,
        )
        row.target = str(staff.pk)
        before = {"concurrent": "", "left_on": ""}
    after = {**before, **values}
    _posts_beside(staff, before["concurrent"], after["concurrent"], since, tools)
    if after["left_on"] and after["left_on"] != before["left_on"]:
        last_day = calendar.read_day(after["left_on"])
        directory_actions.leave(staff=staff, last_day=last_day, by=tools.by, at=tools.at)


def _mend(
    staff: directory.StaffMember, before: layout.Values, after: layout.Values, since: date, tools: layout.Tools
) -> None:
    if any(after[field] != before[field] for field in ("name", "mail", "number")):
        entry = directory_actions.PersonEntry(after["name"], after["mail"], after["number"])
        directory_actions.change_person(staff=staff, entry=entry, by=tools.by, at=tools.at)
    if any(after[field] != before[field] for field in ("department", "title")):
        directory_actions.begin_post(
            staff=staff,
            department=_department(staff.municipality, after["department"], calendar.day_in_japan(tools.at)),
            title=after["title"],
            is_main=True,
            begins_on=since,
            by=tools.by,
            at=tools.at,
        )


def _posts_beside(staff: directory.StaffMember, before: str, after: str, since: date, tools: layout.Tools) -> None:
    old, new = set(columns.split_names(before)), set(columns.split_names(after))
    today = calendar.day_in_japan(tools.at)
    ending = {_split(post)[0] for post in old - new}
    for post in people.posts_of(staff, on=today):
        if not post.is_main and post.department.path in ending:
            last_day = max(since - timedelta(days=1), post.begins_on or date.min)
            directory_actions.end_post(post=post, last_day=last_day, by=tools.by, at=tools.at)
    for wanted in sorted(new - old):
        path, title = _split(wanted)
        directory_actions.begin_post(
            staff=staff,
            department=_department(staff.municipality, path, today),
            title=title,
            is_main=False,
            begins_on=since,
            by=tools.by,
            at=tools.at,
        )


def _department(municipality: directory.Municipality, path: str, on: date) -> directory.Department:
    found = departments.departments_on(municipality, on).filter(path=path).first()
    if found is None:
        raise directory_errors.NotThen(f"「{path}」という部署がありません。部署の画面で名称を確かめてください。")
    return found


LAYOUT = layout.Layout(
    name="people",
    title="職員",
    right=Right.ORGANISATION,
    columns=COLUMNS,
    label=lambda values: f"{values.get('number', '')} {values.get('name', '')}".strip(),
    whole=People,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=50,
)
