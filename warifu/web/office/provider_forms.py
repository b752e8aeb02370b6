"""What an administrator writes about an identity provider 認証基盤の入力."""

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from warifu.access.actions import ProviderEntry
from warifu.access.sso import metadata
from warifu.access.sso.errors import SENTENCES, ProviderRefused
from warifu.access.sso.tables import IdentityProvider, Kind, MatchBy, NewPeople
from warifu.directory import models as directory
from warifu.web import fields

from .choices import DepartmentField

USUAL = {
    Kind.OIDC: {
        "number_attribute": "employee_number",
        "mail_attribute": "email",
        "name_attribute": "name",
        "multi_factor_values": "mfa",
    },
    Kind.SAML: {
        "number_attribute": "employeeNumber",
        "mail_attribute": "email",
        "name_attribute": "displayName",
        "multi_factor_values": "https://refeds.org/profile/mfa",
    },
}
"""What many providers send; a beginning, to be held against the provider's own settings."""
TEXTS = (
    "name",
    "number_attribute",
    "mail_attribute",
    "name_attribute",
    "department_attribute",
    "title_attribute",
    "issuer",
    "client_id",
)


class ProviderForm(forms.Form):
    """Name, connection, how people are found, and what happens to newcomers 認証基盤の登録."""

    name = fields.LineField(label="名称", max_length=60)
    issuer = fields.LineField(label="発行者（issuer）", max_length=300)
    client_id = fields.LineField(label="クライアントID", max_length=200)
    secret = forms.CharField(
        label="クライアントシークレット",
        max_length=500,
        strip=True,
        widget=forms.PasswordInput,
        error_messages={"required": "クライアントシークレットを入力してください。"},
    )
    secret_ends_on = fields.DayField(label="クライアントシークレットの期限", required=False)
    metadata_file = forms.FileField(
        label="認証基盤のメタデータ（XML）",
        error_messages={"required": "認証基盤から保存したメタデータのファイルを選んでください。"},
    )
    idp_initiated = forms.BooleanField(label="認証基盤から始めるサインインを認める", required=False)
    match_by = forms.ChoiceField(label="職員の照合", choices=MatchBy.choices, widget=forms.RadioSelect)
    number_attribute = fields.LineField(label="職員番号の属性", max_length=200, required=False)
    mail_attribute = fields.LineField(label="メールアドレスの属性", max_length=200, required=False)
    name_attribute = fields.LineField(label="氏名の属性", max_length=200, required=False)
    department_attribute = fields.LineField(label="部署コードの属性", max_length=200, required=False)
    title_attribute = fields.LineField(label="職名の属性", max_length=200, required=False)
    multi_factor_values = forms.CharField(
        label="多要素認証とみなす値", max_length=2000, required=False, widget=forms.Textarea
    )
    new_people = forms.ChoiceField(
        label="登録のない職員がサインインしたとき", choices=NewPeople.choices, widget=forms.RadioSelect
    )
    first_department = DepartmentField(label="部署が分からないときの所属", required=False)

    def __init__(self, kind: Kind, provider: IdentityProvider | None, data: Any = None, files: Any = None) -> None:
        self.kind, self.provider = kind, provider
        super().__init__(data, files, initial=_initial(kind, provider))
        for name in ("metadata_file", "idp_initiated") if kind == Kind.OIDC else ():
            del self.fields[name]
        for name in ("issuer", "client_id", "secret", "secret_ends_on") if kind == Kind.SAML else ():
            del self.fields[name]
        for name in ("secret", "metadata_file"):
            if provider is not None and name in self.fields:
                self.fields[name].required = False

    def offer(self, municipality: directory.Municipality, *, today: date) -> None:
        """Departments of this body 選択肢の用意."""
        field = self.fields["first_department"]
        if isinstance(field, DepartmentField):
            field.offer(municipality, today=today)

    def clean(self) -> dict[str, Any]:
        """What is matched by must be named; newcomers need a name and an address."""
        said = super().clean() or {}
        wanted = {"number": "number_attribute", "mail": "mail_attribute"}.get(said.get("match_by", ""))
        if wanted and not said.get(wanted):
            self.add_error(wanted, f"照合に使うため、{self.fields[wanted].label}を入力してください。")
        if said.get("new_people") not in (None, NewPeople.REFUSE):
            for name in ("name_attribute", "mail_attribute"):
                if not said.get(name):
                    self.add_error(name, f"職員の登録に使うため、{self.fields[name].label}を入力してください。")
        return said

    def clean_metadata_file(self) -> metadata.Described | None:
        """What the file says, or None where none was chosen."""
        file = self.cleaned_data.get("metadata_file")
        if not file:
            return None
        try:
            return metadata.read(file.read(metadata.LARGEST + 1))
        except ProviderRefused as refusal:
            raise ValidationError(
                f"メタデータを読み取れませんでした。{SENTENCES[refusal.why]}", code=refusal.why.value
            ) from refusal

    def entry(self) -> ProviderEntry:
        """As the verb wants it 登録内容."""
        said = self.cleaned_data
        department = said.get("first_department")
        return ProviderEntry(
            **{name: said.get(name) or "" for name in TEXTS},
            match_by=MatchBy(said["match_by"]),
            multi_factor_values="\n".join(said["multi_factor_values"].split()),
            new_people=NewPeople(said["new_people"]),
            first_department_id=department.pk if department else None,
            secret_ends_on=said.get("secret_ends_on"),
            idp_initiated=bool(said.get("idp_initiated")),
        )


def _initial(kind: Kind, provider: IdentityProvider | None) -> dict[str, Any]:
    if provider is None:
        return {"match_by": MatchBy.NUMBER, "new_people": NewPeople.REFUSE, **USUAL[kind]}
    names = (*TEXTS, "match_by", "multi_factor_values", "new_people", "secret_ends_on", "idp_initiated")
    return {name: getattr(provider, name) for name in names} | {"first_department": provider.first_department}
