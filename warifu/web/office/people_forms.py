"""What is typed about people 職員の入力."""

from datetime import date
from typing import Any

from django import forms
from django.db.models import QuerySet

from warifu.directory import models as directory
from warifu.web import fields
from warifu.web.staff_choice import StaffChoiceField

from . import choices


class MailField(forms.EmailField):
    """Somebody's own address at the city hall 職員のメールアドレスの入力欄."""

    default_error_messages = {
        "required": "メールアドレスを入力してください。",
        "invalid": "メールアドレスの形になっていません。「@」の前後を確かめてください。例：sato@city.example.jp",
    }


class PersonForm(forms.Form):
    """職員の登録内容."""

    name = fields.LineField(label="氏名", max_length=80)
    mail = MailField(label="メールアドレス", max_length=254)
    number = fields.LineField(label="職員番号", max_length=20, required=False)


class PostForm(forms.Form):
    """所属."""

    department = choices.DepartmentField(label="部署")
    title = fields.LineField(label="職名", max_length=60, required=False)
    day = fields.DayField(label="発令日", required=False)

    def __init__(self, municipality: directory.Municipality, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        fields.named(self, "department", choices.DepartmentField).offer(municipality, today=today)


class NewPersonForm(PersonForm, PostForm):
    """職員の登録."""

    invite = forms.BooleanField(label="利用開始の案内をすぐにメールで送る", required=False, initial=True)

    field_order = ["name", "mail", "number", "department", "title", "day", "invite"]


class NewPostForm(PostForm):
    """所属の発令."""

    kind = forms.ChoiceField(
        label="所属の別",
        choices=[("main", "本務を変える（今の本務は前日で終わります）"), ("concurrent", "兼務を加える")],
        widget=forms.RadioSelect,
        error_messages={"required": "所属の別を選んでください。"},
    )
    until = fields.DayField(label="兼務の終了日", required=False)

    field_order = ["kind", "department", "title", "day", "until"]


class EndPostForm(forms.Form):
    """兼務の終了."""

    day = fields.DayField(label="最終日")


class LeaveForm(forms.Form):
    """退職."""

    day = fields.DayField(label="最終日")
    officer = StaffChoiceField(label="担当を引き継ぐ職員", required=False)
    approver = StaffChoiceField(label="承認を引き継ぐ職員", required=False)

    def __init__(
        self,
        officers: QuerySet[directory.StaffMember],
        approvers: QuerySet[directory.StaffMember],
        *args: Any,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        for name, people in (("officer", officers), ("approver", approvers)):
            fields.named(self, name, StaffChoiceField).offer(people)
