"""A field in which somebody of the staff is named, whether ten people can be meant or ten thousand 職員の入力欄."""

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from warifu.directory import models as directory

LISTED = 200
"""Up to so many people are a list to choose from; more are found by what is typed."""
NAMED = 5


class StaffChoiceField(forms.Field):
    """One of the people who may do a work, chosen from a list or named by name, number or address 職員の入力欄.

    The value is the member of staff, or None where the field may stay empty.
    """

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.error_messages["required"] = f"{label}を選んでください。"
        self._found: QuerySet[directory.StaffMember] = directory.StaffMember.objects.none()
        self._listed = False

    @property
    def how(self) -> str:
        """What the page adds where there is no list 入力の案内."""
        return (
            ""
            if self._listed
            else "人数が多いため、一覧はありません。氏名、職員番号又はメールアドレスを入力してください。"
        )

    def offer(self, people: QuerySet[directory.StaffMember]) -> None:
        """Who can be named 選択肢の用意."""
        self._found = people.select_related("department")
        listed = list(self._found[: LISTED + 1])
        self._listed = len(listed) <= LISTED
        if self._listed:
            words = [(str(one.pk), _words(one)) for one in listed]
            self.widget = forms.Select(choices=[("", "選んでください"), *words])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, directory.StaffMember):
            return str(value.pk) if self._listed else value.mail
        return value

    def to_python(self, value: Any) -> directory.StaffMember | None:
        typed = str(value or "").strip()
        if not typed:
            return None
        if self._listed:
            chosen = next((one for one in self._found if str(one.pk) == typed), None)
            if chosen is None:
                raise ValidationError(f"{self.label}を一覧から選んでください。", code="unknown")
            return chosen
        return self._named(typed)

    def _named(self, typed: str) -> directory.StaffMember:
        exact = list(self._found.filter(Q(mail__iexact=typed) | Q(number=typed))[:2])
        found = exact if len(exact) == 1 else list(self._found.filter(_called(typed))[: NAMED + 1])
        if not found:
            raise ValidationError(
                f"「{typed}」に当たる職員のうち、ここで選べる方はいません。氏名、職員番号又はメールアドレスを確かめてください。",
                code="unknown",
            )
        if len(found) > 1:
            names = "、".join(f"{_words(one)}：{one.mail}" for one in found[:NAMED])
            more = "など" if len(found) > NAMED else ""
            raise ValidationError(
                f"「{typed}」では一人に決まりません。{names}{more}から、職員番号又はメールアドレスで入力してください。",
                code="several",
            )
        return found[0]


def _called(typed: str) -> Q:
    """Names are registered with and without a space between their halves."""
    halves = typed.split()
    return Q(name=typed) if len(halves) > 1 else Q(name__icontains=typed)


def _words(staff: directory.StaffMember) -> str:
    return f"{staff.name}（{staff.department.path} {staff.title}）"
