"""Fields in which an administrator names a department or a person 部署・職員の入力欄."""

from datetime import date
from typing import Any

from django.db.models import Q

from warifu.directory import departments
from warifu.directory import models as directory
from warifu.japan import calendar
from warifu.web.named_choice import NamedChoiceField


class DepartmentField(NamedChoiceField[directory.Department]):
    """A department of one body, chosen from a list, or typed as path, name or code 部署の入力欄.

    Those that are planned can be named too. The value is the department, or None where the field may stay empty.
    """

    def __init__(self, *, label: str, empty: str = "選んでください", **options: Any) -> None:
        super().__init__(label=label, **options)
        self.empty = empty
        self._today = date.min

    def offer(self, municipality: directory.Municipality, *, today: date) -> None:
        """Of this body's departments those that have not ended 選択肢の用意."""
        self._today = today
        living = Q(ends_on__isnull=True) | Q(ends_on__gte=today)
        self.choose_from(departments.departments_of(municipality).filter(living).order_by("path", "pk"))

    def words_of(self, one: directory.Department) -> str:
        if one.begins_on is not None and one.begins_on > self._today:
            return f"{one.path}（{calendar.wareki(one.begins_on)}から）"
        if one.ends_on is not None:
            return f"{one.path}（{calendar.wareki(one.ends_on)}まで）"
        return one.path

    def typed_for(self, one: directory.Department) -> str:
        return one.path

    def exactly(self, typed: str) -> Q:
        return Q(path=typed) | Q(code=typed)

    def about(self, typed: str) -> Q:
        return Q(path__icontains=typed)

    def nobody(self, typed: str) -> str:
        return f"「{typed}」という部署はありません。名称又は部署コードを確かめてください。"

    def several(self, typed: str, found: list[directory.Department], more: str) -> str:
        names = "、".join(f"「{one.path}」" for one in found)
        return f"「{typed}」を含む部署が複数あります。{names}{more}から、上位の部署も含めて入力してください。"
