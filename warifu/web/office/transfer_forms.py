"""What is typed about a person in a plan 発令の入力."""

from datetime import date
from typing import Any

from django import forms

from warifu.access.rights import FOR_DEPARTMENTS, Role
from warifu.directory import actions as directory_actions
from warifu.directory import models as directory
from warifu.directory import people
from warifu.directory import queries as directory_queries
from warifu.transfers import actions, models
from warifu.transfers.models import Kind
from warifu.web import fields
from warifu.web.staff_choice import StaffChoiceField

from . import choices
from .people_forms import MailField

KEEP, END, SET, ENTERED, ADD = "keep", "end", "set", "entered", "add"
_REACHES = [
    *((f"{role.value}:body", f"{role.label}（団体全体）") for role in Role),
    *((f"{role.value}:department", f"{role.label}（発令先の部署）") for role in Role if role in FOR_DEPARTMENTS),
]


class MoveForm(forms.Form):
    """発令の内容."""

    kind = forms.ChoiceField(
        label="区分",
        choices=Kind.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "区分を選んでください。"},
    )
    staff = StaffChoiceField(label="職員", required=False)
    name = fields.LineField(label="氏名", max_length=80, required=False)
    mail = MailField(label="メールアドレス", max_length=254, required=False)
    number = fields.LineField(label="職員番号", max_length=20, required=False)
    department = choices.DepartmentField(label="発令先の部署", required=False)
    title = fields.LineField(label="職名", max_length=60, required=False)
    beside = forms.ChoiceField(label="兼務", widget=forms.RadioSelect, initial=KEEP, required=False)
    beside_department = choices.DepartmentField(label="兼務の部署", required=False)
    beside_title = fields.LineField(label="兼務の職名", max_length=60, required=False)
    role_change = forms.ChoiceField(
        label="役割",
        choices=[(KEEP, "今のまま（部署を限った役割は、その部署を離れると終わります）"), (SET, "次のとおりにする")],
        widget=forms.RadioSelect,
        initial=KEEP,
        required=False,
    )
    roles = forms.MultipleChoiceField(
        label="発令後の役割", choices=_REACHES, widget=forms.CheckboxSelectMultiple, required=False
    )

    def __init__(
        self,
        municipality: directory.Municipality,
        *args: Any,
        today: date,
        with_roles: bool,
        move: models.Move | None = None,
        **kwargs: Any,
    ) -> None:
        self.move, self.today = move, today
        kwargs["initial"] = _initial(move)
        super().__init__(*args, **kwargs)
        for name in ("department", "beside_department"):
            fields.named(self, name, choices.DepartmentField).offer(municipality, today=today)
        besides = [(KEEP, "今のまま続ける"), (END, "すべて終える"), (SET, "次の一つにする"), (ADD, "次の一つを加える")]
        if move is not None and not move.keeps_beside and move.posts.filter(is_main=False).exists():
            besides.insert(0, (ENTERED, "この計画に登録した兼務のままにする"))
        fields.named(self, "beside", forms.ChoiceField).choices = besides
        if move is None:
            everyone = directory_queries.staff_of(municipality).order_by("name", "pk")
            fields.named(self, "staff", StaffChoiceField).offer(everyone)
        else:
            for name in ("staff", "name", "mail", "number"):
                del self.fields[name]
        if not with_roles:
            del self.fields["role_change"], self.fields["roles"]

    def clean(self) -> dict[str, Any]:
        """Whoever comes has a name and an address; a department is missing only where somebody leaves."""
        given: dict[str, Any] = super().clean() or {}
        kind = given.get("kind")
        if self.move is None and kind == Kind.JOIN:
            for name, word in (("name", "氏名"), ("mail", "メールアドレス")):
                if not given.get(name) and name not in self.errors:
                    self.add_error(name, f"採用のときは、{word}を入力してください。")
        elif self.move is None and kind and not given.get("staff") and "staff" not in self.errors:
            self.add_error("staff", "職員を選んでください。")
        if kind and kind != Kind.LEAVE and not given.get("department") and "department" not in self.errors:
            self.add_error("department", "発令先の部署を選んでください。")
        if (
            given.get("beside") in {SET, ADD}
            and not given.get("beside_department")
            and "beside_department" not in self.errors
        ):
            self.add_error("beside_department", "兼務の部署を選んでください。")
        return given

    def entry(self) -> actions.Entry:
        """What was typed, for `actions.enter`; only of a form that is valid 発令の内容."""
        given = self.cleaned_data
        kind = Kind(given["kind"])
        staff = self.move.staff if self.move else given["staff"]
        newcomer = None
        if kind is Kind.JOIN:
            staff = None
            newcomer = (
                actions.Newcomer(self.move.name, self.move.mail, self.move.number)
                if self.move
                else actions.Newcomer(given["name"], given["mail"], given["number"])
            )
        leaves = kind is Kind.LEAVE
        return actions.Entry(
            kind=kind,
            staff=staff,
            newcomer=newcomer,
            main=None if leaves else directory_actions.Place(given["department"], given["title"]),
            beside=None if leaves else self._beside(staff),
            roles=None if leaves else self._roles(),
        )

    def _beside(self, staff: directory.StaffMember | None) -> tuple[directory_actions.Place, ...] | None:
        given = self.cleaned_data
        match given.get("beside"):
            case "end":
                return ()
            case "set":
                return (directory_actions.Place(given["beside_department"], given["beside_title"]),)
            case "add":
                added = directory_actions.Place(given["beside_department"], given["beside_title"])
                held = [
                    one for one in self._held(staff) if one.department not in {added.department, given["department"]}
                ]
                return (*held, added)
            case "entered" if self.move is not None:
                return self._entered()
        return None

    def _entered(self) -> tuple[directory_actions.Place, ...]:
        posts = self.move.posts.filter(is_main=False).select_related("department") if self.move else ()
        return tuple(directory_actions.Place(post.department, post.title) for post in posts)

    def _held(self, staff: directory.StaffMember | None) -> tuple[directory_actions.Place, ...]:
        """What the plan says already, else what the person has today."""
        if self.move is not None and not self.move.keeps_beside:
            return self._entered()
        posts = people.posts_of(staff, on=self.today) if staff else ()
        return tuple(directory_actions.Place(post.department, post.title) for post in posts if not post.is_main)

    def _roles(self) -> tuple[tuple[Role, bool], ...] | None:
        given = self.cleaned_data
        if given.get("role_change") != SET:
            return None
        split = (word.partition(":") for word in given["roles"])
        return tuple((Role(role), reach == "department") for role, _, reach in split)


def _initial(move: models.Move | None) -> dict[str, Any]:
    if move is None:
        return {"kind": Kind.MOVE.value}
    posts = list(move.posts.select_related("department"))
    main = next((post for post in posts if post.is_main), None)
    beside = [post for post in posts if not post.is_main]
    return {
        "kind": move.kind,
        "department": main.department if main else None,
        "title": main.title if main else "",
        "beside": KEEP if move.keeps_beside else ENTERED if beside else END,
        "role_change": KEEP if move.roles is None else SET,
        "roles": [":".join(pair) for pair in move.roles or ()],
    }


class SuccessorForm(forms.Form):
    """引継ぎ先."""

    successor = StaffChoiceField(label="引き継ぐ職員", required=False)
