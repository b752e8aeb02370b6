"""Fields in which an administrator names a department or a person 部署・職員の入力欄."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Q, QuerySet

from warifu.directory import departments
from warifu.directory import models as directory
from warifu.japan import calendar

LISTED = 200
"""Up to so many departments are a list to choose from; more are found by what is typed."""
NAMED = 5


class DepartmentField(forms.Field):
    """A department of one body, chosen from a list, or typed as path, name or code 部署の入力欄.

    Those that are planned can be named too. The value is the department, or None where the field may stay empty.
    """

    def __init__(self, *, label: str, empty: str = "選んでください", **options: Any) -> None:
        super().__init__(label=label, **options)
        self.empty = empty
        self.error_messages["required"] = f"{label}を選んでください。"
        self._found: QuerySet[directory.Department] = directory.Department.objects.none()
        self._listed = False

    def offer(self, municipality: directory.Municipality, *, today: date) -> None:
        """Of this body's departments those that have not ended 選択肢の用意."""
        living = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        self._found = departments.departments_of(municipality).filter(living).order_by("path", "pk")
        listed = list(self._found[: LISTED + 1])
        self._listed = len(listed) <= LISTED
        if self._listed:
            words = [(str(one.pk), _word(one, today)) for one in listed]
            self.widget = forms.Select(choices=[("", self.empty), *words])

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, directory.Department):
            return str(value.pk) if self._listed else value.path
        return value

    def to_python(self, value: Any) -> directory.Department | None:
        typed = " ".join(str(value or "").split())
        if not typed:
            return None
        if self._listed:
            chosen = self._found.filter(pk=typed).first() if typed.isdecimal() else None
            if chosen is None:
                raise ValidationError(f"{self.label}を一覧から選んでください。", code="unknown")
            return chosen
        return self._named(typed)

    def _named(self, typed: str) -> directory.Department:
        exact = list(self._found.filter(Q(path=typed) | Q(code=typed))[:2])
        found = exact if len(exact) == 1 else list(self._found.filter(path__icontains=typed)[: NAMED + 1])
        if not found:
            raise ValidationError(
                f"「{typed}」という部署はありません。名称又は部署コードを確かめてください。", code="unknown"
            )
        if len(found) > 1:
            names = "、".join(f"「{one.path}」" for one in found[:NAMED])
            more = "など" if len(found) > NAMED else ""
            raise ValidationError(
                f"「{typed}」を含む部署が複数あります。{names}{more}から、上位の部署も含めて入力してください。",
                code="several",
            )
        return found[0]


def _word(department: directory.Department, today: date) -> str:
    if department.begins_on is not None and department.begins_on > today:
        return f"{department.path}（{calendar.wareki(department.begins_on)}から）"
    if department.ends_on is not None:
        return f"{department.path}（{calendar.wareki(department.ends_on)}まで）"
    return department.path
