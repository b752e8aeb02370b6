"""What is typed about contracting authorities 契約名義の入力."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from warifu.directory import models as directory
from warifu.web import fields
from warifu.web.staff_choice import StaffChoiceField

from . import choices


class TitleForm(forms.Form):
    """契約名義の登録内容."""

    title = fields.LineField(label="契約名義", max_length=80)
    ground_kind = forms.ChoiceField(
        label="権限の根拠の別",
        choices=[("", "選んでください"), *directory.GroundKind.choices],
        error_messages={"required": "権限の根拠の別を選んでください。"},
    )
    ground = fields.LineField(label="権限の根拠", max_length=120)
    ground_number = fields.LineField(label="法令・規則の番号", max_length=60, required=False)
    begins_on = fields.DayField(label="有効期間の始まり", required=False)
    ends_on = fields.DayField(label="有効期間の終わり", required=False)
    position = fields.CountField(label="一覧での順番", example=1, required=False)

    def clean_position(self) -> int:
        return int(self.cleaned_data["position"] or 0)


class ReplacingForm(TitleForm):
    """契約名義の切替え."""

    begins_on = fields.DayField(label="切り替える日")


class LastDayForm(forms.Form):
    """最終日."""

    day = fields.DayField(label="最終日")


class HolderForm(forms.Form):
    """名義人."""

    name = fields.LineField(label="氏名", max_length=80)
    begins_on = fields.DayField(label="在任の始まり", required=False)
    ends_on = fields.DayField(label="在任の終わり", required=False)


class DeputyForm(forms.Form):
    """職務代理者."""

    appears_as = fields.LineField(label="契約書での名義", max_length=80)
    name = fields.LineField(label="氏名", max_length=80)
    reason = fields.LineField(label="職務代理の理由", max_length=120)
    ground = fields.LineField(label="職務代理の根拠", max_length=120)
    begins_on = fields.DayField(label="職務代理の始まり")
    ends_on = fields.DayField(label="職務代理の終わり", required=False)


class ConsenterForm(forms.Form):
    """合意を行う職員."""

    staff = StaffChoiceField(label="合意を行う職員")
    ground = fields.LineField(label="専決・委任の根拠", max_length=120)

    def __init__(self, people: QuerySet[directory.StaffMember], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "staff", StaffChoiceField).offer(people)


class ApproverForm(forms.Form):
    """契約名義の承認者."""

    staff = StaffChoiceField(label="加える承認者")

    def __init__(self, people: QuerySet[directory.StaffMember], *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "staff", StaffChoiceField).offer(people)


class UsersForm(forms.Form):
    """契約名義の使用範囲."""

    scope = forms.ChoiceField(
        label="起案で使える職員",
        choices=[("all", "契約担当の全員"), ("named", "下で指定する部署、グループ及び職員だけ")],
        widget=forms.RadioSelect,
        error_messages={"required": "起案で使える職員を選んでください。"},
    )
    department = choices.DepartmentField(label="加える部署", required=False, empty="加えない")
    group = forms.ModelChoiceField(
        directory.Group.objects.none(),
        label="加えるグループ",
        required=False,
        empty_label="加えない",
        error_messages={"invalid_choice": "グループを一覧から選んでください。"},
    )
    staff = StaffChoiceField(label="加える職員", required=False)

    def __init__(
        self,
        municipality: directory.Municipality,
        groups: QuerySet[directory.Group],
        people: QuerySet[directory.StaffMember],
        *args: Any,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "department", choices.DepartmentField).offer(municipality, today=today)
        fields.named(self, "group", forms.ModelChoiceField).queryset = groups
        fields.named(self, "staff", StaffChoiceField).offer(people)

    def added(self) -> list[directory.StaffMember | directory.Department | directory.Group]:
        """What the valid form names 加えるもの."""
        return [one for name in ("department", "group", "staff") if (one := self.cleaned_data.get(name)) is not None]
