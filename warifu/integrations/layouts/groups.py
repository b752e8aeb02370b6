"""グループ: groups and who is in them グループの様式."""

from collections.abc import Iterator, Sequence
from datetime import date

from warifu.access.rights import Right
from warifu.directory import actions as directory_actions
from warifu.directory import errors as directory_errors
from warifu.directory import models as directory
from warifu.directory import people
from warifu.integrations import columns, layout, models, rows
from warifu.integrations.columns import Column

COLUMNS = (
    Column(
        "name",
        "名称",
        "グループをこの名称で見分けます。",
        "工事契約担当",
        needed=True,
        longest=80,
        aliases=("グループ名",),
    ),
    Column("note", "説明", "何のグループかを書きます。", "工事の契約を扱う職員", longest=200),
    Column(
        "members",
        "構成員",
        "職員のメールアドレスを「、」で区切って書きます。書かれていない職員は外れます。",
        "sato@example.jp、suzuki@example.jp",
        longest=50_000,
        read=columns.names,
        aliases=("メンバー",),
    ),
)


class Groups:
    """The groups of a body by name グループの登録簿."""

    def __init__(self, municipality: directory.Municipality, on: date) -> None:
        self._known = {one["name"]: layout.Registered(one["id"], one) for one in exported(municipality, on)}
        staff = people.people_of(municipality, words="", left=False, on=on)
        self._mails = {mail.lower() for mail in staff.values_list("mail", flat=True)}

    def key(self, values: layout.Values) -> str:
        return values.get("name", "")

    def find(self, values: layout.Values) -> layout.Registered | None:
        return self._known.get(values.get("name", ""))

    def problems(self, values: layout.Values, known: layout.Registered | None) -> Sequence[layout.Problem]:
        strangers = [one for one in columns.split_names(values.get("members", "")) if one.lower() not in self._mails]
        if not strangers:
            return []
        shown = "、".join(strangers[:3]) + ("ほか" if len(strangers) > 3 else "")
        return [("構成員", f"在職している職員にないメールアドレスがあります（{shown}）。アドレスを確かめてください。")]

    def ends(self, values: layout.Values, known: layout.Registered | None) -> bool:
        return False


def exported(municipality: directory.Municipality, on: date) -> Iterator[dict[str, str]]:
    """The groups of a body with who works there today グループの書出し."""
    for group in people.groups_of(municipality).order_by("name"):
        mails = people.members_of(group, on=on).values_list("mail", flat=True)
        yield {"id": str(group.pk), "name": group.name, "note": group.note, "members": "、".join(sorted(mails))}


def _apply(municipality: directory.Municipality, row: models.ImportRow, tools: layout.Tools) -> None:
    values = row.values
    group = people.group_of(municipality, int(row.target)) if row.target else None
    if row.target and group is None:
        raise directory_errors.NotThen("確認の後に、このグループが登録から無くなりました。")
    note = values.get("note", group.note if group else "")
    if group is None or note != group.note:
        group = directory_actions.save_group(
            municipality=municipality,
            group_id=group.pk if group else None,
            name=values["name"],
            note=note,
            by=tools.by,
            at=tools.at,
        )
        row.target = str(group.pk)
    if "members" in values:
        wanted = {one.lower() for one in columns.split_names(values["members"])}
        there = {staff.mail.lower(): staff.pk for staff in group.members.all()}
        own = people.people_of(municipality, words="", left=False, on=tools.at.date())
        coming = [pk for pk, mail in own.values_list("pk", "mail") if mail.lower() in wanted - there.keys()]
        going = [pk for mail, pk in there.items() if mail not in wanted]
        if coming or going:
            directory_actions.change_members(group=group, add=coming, remove=going, by=tools.by, at=tools.at)


LAYOUT = layout.Layout(
    name="groups",
    title="グループ",
    right=Right.ORGANISATION,
    columns=COLUMNS,
    label=lambda values: values.get("name", ""),
    whole=Groups,
    exported=exported,
    apply=rows.one_by_one(_apply),
    at_once=20,
)
