"""What staff fill in about firms 取引先の入力."""

import unicodedata
from typing import Any

from django import forms

from warifu.directory import models as directory
from warifu.japan import bodies
from warifu.notifications import addresses
from warifu.web import fields


class AddressField(forms.EmailField):
    """An address to which the outbox can send メールアドレスの入力欄."""

    default_error_messages = {
        "required": "メールアドレスを入力してください。",
        "invalid": "メールアドレスの形になっていません。「@」の前後を確かめてください。例：keiyaku@example.jp",
        "undeliverable": (
            "このメールアドレスには、本サービスから送信できません。半角の英数字と記号による、「@」の前が64文字まで、"
            "全体で254文字までのアドレスを入力してください。例：keiyaku@example.jp"
        ),
    }

    def __init__(self, *, label: str) -> None:
        super().__init__(label=label, max_length=None)

    def clean(self, value: Any) -> str:
        """The address; what the outbox would refuse at sending is refused here."""
        mail = str(super().clean(value))
        if not addresses.is_deliverable(mail):
            raise forms.ValidationError(self.error_messages["undeliverable"], code="undeliverable")
        return mail


class CorporateNumberField(fields.LineField):
    """Thirteen digits with their check digit, as people write them 法人番号の入力欄."""

    def __init__(self) -> None:
        super().__init__(label="法人番号", max_length=20, required=False)

    def clean(self, value: Any) -> str:
        """The digits; full width, spaces and hyphens are taken off."""
        number = "".join(unicodedata.normalize("NFKC", str(super().clean(value))).split()).replace("-", "")
        if number and not bodies.is_corporate_number(number):
            raise forms.ValidationError(
                "法人番号の数字が合いません。国税庁の法人番号公表サイトで13桁を確かめてください。"
            )
        return number


class CounterpartyForm(forms.Form):
    """取引先."""

    name = fields.LineField(label="商号又は名称", max_length=120)
    kana = fields.LineField(label="フリガナ", max_length=160, required=False)
    corporate_number = CorporateNumberField()
    address = fields.LineField(label="所在地", max_length=200, required=False)
    signatory_title = fields.LineField(label="契約締結権限者の役職", max_length=60, required=False)
    signatory_name = fields.LineField(label="契約締結権限者の氏名", max_length=80)
    mail = AddressField(label="メールアドレス")


class ChangedForm(CounterpartyForm):
    """取引先の変更・訂正."""

    changed_on = fields.DayField(label="変更日", required=False)


class ContactForm(forms.Form):
    """取引先の宛先."""

    kind = forms.TypedChoiceField(
        label="区分",
        choices=directory.AddressKind.choices,
        coerce=directory.AddressKind,
        widget=forms.RadioSelect,
        error_messages={"required": "区分を選んでください。", "invalid_choice": "区分を選んでください。"},
    )
    title = fields.LineField(label="役職", max_length=60, required=False)
    name = fields.LineField(label="氏名", max_length=80)
    mail = AddressField(label="メールアドレス")


class DelegateForm(forms.Form):
    """受任者."""

    branch = fields.LineField(label="支店・営業所", max_length=40)
    title = fields.LineField(label="受任者の役職", max_length=30)
    name = fields.LineField(label="受任者の氏名", max_length=80)
    mail = AddressField(label="メールアドレス")
    begins_on = fields.DayField(label="委任期間の始まり")
    ends_on = fields.DayField(label="委任期間の終わり", required=False)
    ground = fields.LineField(label="委任の根拠", max_length=60)
    ground_number = fields.LineField(label="委任の根拠の番号", max_length=40, required=False)
    ground_on = fields.DayField(label="委任の根拠の日付", required=False)


class ReasonForm(forms.Form):
    """理由."""

    reason = fields.LineField(label="理由", max_length=200)


class LastDayForm(ReasonForm):
    """委任の終了."""

    ends_on = fields.DayField(label="委任の最後の日")
    field_order = ("ends_on", "reason")


class NoteForm(forms.Form):
    """メモ."""

    reason = forms.CharField(
        label="メモ",
        max_length=2000,
        widget=forms.Textarea,
        error_messages={"required": "メモが空です。内容を入力してください。"},
    )


class MergeForm(ReasonForm):
    """取引先の統合."""
