"""What staff fill in 職員の入力."""

from datetime import date
from typing import Any

from django import forms

from warifu.access import queries as access_queries
from warifu.access.rights import Right
from warifu.agreements import models as agreements
from warifu.agreements import seals
from warifu.directory import models as directory
from warifu.directory import titles
from warifu.web import fields
from warifu.web.staff_choice import StaffChoiceField

from . import counterparty_forms


class TitleChoice(forms.ModelChoiceField[directory.ContractingAuthority]):
    """Titles under the names in which they appear on the contract's day 契約名義の選択."""

    on: date | None = None

    def label_from_instance(self, obj: directory.ContractingAuthority) -> str:
        party = titles.terms_of(obj).party_on(self.on) if self.on else None
        return party.words if party else obj.title


class ContentsForm(forms.Form):
    """契約の内容."""

    title = fields.LineField(label="件名", max_length=200)
    number = fields.LineField(label="契約番号", max_length=60)
    kind = forms.ChoiceField(
        label="文書の種類",
        choices=[("", "選んでください"), *agreements.Kind.choices],
        error_messages={"required": "文書の種類を選んでください。"},
    )
    authority = TitleChoice(
        directory.ContractingAuthority.objects.none(),
        label="契約名義",
        empty_label="選んでください",
        error_messages={
            "required": "契約名義を選んでください。",
            "invalid_choice": "契約名義を一覧から選んでください。",
        },
    )
    decision_number = fields.LineField(label="決裁番号", max_length=60)
    amount = fields.YenField(label="契約金額（税込）", required=False)
    no_total = forms.BooleanField(label="総額を定めない契約（単価契約など）", required=False)
    contract_on = fields.DayField(label="契約日")
    term_from = fields.DayField(label="履行期間の始まり")
    term_to = fields.DayField(label="履行期間の終わり")

    def __init__(
        self, staff: directory.StaffMember, *args: Any, contract_on: date | None, today: date, **kwargs: Any
    ) -> None:
        """Titles that this person may use, on the contract's day where it is known."""
        super().__init__(*args, **kwargs)
        authority = fields.named(self, "authority", TitleChoice)
        authority.on = contract_on or today
        # What was typed may name another day: whether it is one of the title's is said by `clean`, with its days.
        authority.queryset = titles.usable_titles(staff, valid=None if self.is_bound else contract_on, today=today)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not self.errors.get("amount"):
            if values.get("amount") is None and not values.get("no_total"):
                self.add_error(
                    "amount",
                    "契約金額を入力してください。総額を定めない契約のときは、下の欄に印を付けてください。例：18700000",
                )
            if values.get("amount") is not None and values.get("no_total"):
                self.add_error(
                    "amount", "総額を定めない契約に印があるため、金額は入力できません。どちらかにしてください。"
                )
        title, day = values.get("authority"), values.get("contract_on")
        if title and day and not titles.terms_of(title).span.holds(day):
            self.add_error(
                "authority", "契約日に有効な契約名義ではありません。契約日を確かめるか、別の名義を選んでください。"
            )
        start, end = values.get("term_from"), values.get("term_to")
        if start and end and start > end:
            self.add_error("term_to", "履行期間の終わりが始まりより前になっています。日付を確かめてください。")
        return values


class PartiesForm(forms.Form):
    """相手方と順序."""

    counterparty_first = forms.TypedChoiceField(
        label="合意の順序",
        choices=[("1", "相手方が先に合意する"), ("0", "発注者が先に合意する")],
        coerce=lambda value: value == "1",
        widget=forms.RadioSelect,
        error_messages={"required": "合意の順序を選んでください。"},
    )
    approver = StaffChoiceField(label="承認者")

    def __init__(
        self,
        agreement: agreements.Agreement,
        *args: Any,
        today: date,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        approver = fields.named(self, "approver", StaffChoiceField)
        municipality, over = agreement.municipality, agreement.department_id
        approvers = access_queries.staff_who_may(municipality, Right.APPROVE, on=today, over=over)
        title = agreement.authority
        if title is not None and title.approvers.exists():
            approvers = approvers.filter(pk__in=title.approvers.values("pk"))
        approver.offer(approvers.exclude(pk=agreement.drafted_by_id))
        approver.required = municipality.approval_required


class SealsForm(forms.Form):
    """署名の表示と位置."""

    style = forms.ChoiceField(
        label="署名の表示",
        choices=directory.SealStyle.choices,
        widget=forms.RadioSelect,
        error_messages={"required": "署名の表示を選んでください。", "invalid_choice": "署名の表示を選んでください。"},
    )
    first_page = fields.CountField(label="ページ", example=1, required=False)
    first_left = fields.CountField(label="左から", example=66, required=False)
    first_top = fields.CountField(label="上から", example=249, required=False)
    second_page = fields.CountField(label="ページ", example=1, required=False)
    second_left = fields.CountField(label="左から", example=134, required=False)
    second_top = fields.CountField(label="上から", example=249, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("style") in (None, "", directory.SealStyle.NONE):
            for name in [name for name in self.errors if name != "style"]:
                del self.errors[name]
            return values
        for name, field in self.fields.items():
            if name != "style" and name not in self.errors and values.get(name) is None:
                self.add_error(name, field.error_messages["required"])
        return values

    def corner(self, place: str) -> seals.Corner:
        """The valid place of the "first" or the "second" party 署名欄の位置."""
        page, left, top = (self.cleaned_data[f"{place}_{name}"] for name in ("page", "left", "top"))
        return seals.Corner(page, left, top)


class AddressForm(forms.Form):
    """相手方のメールアドレスの訂正."""

    mail = counterparty_forms.AddressField(label="送り先のメールアドレス")
