"""Form fields that read what people in a city hall type 入力欄."""

import re
import unicodedata
from datetime import date
from typing import Any, TypeVar

from django import forms
from django.core.exceptions import ValidationError

from warifu.japan import calendar, characters, numbers
from warifu.japan.errors import Unreadable

F = TypeVar("F", bound=forms.Field)


def named(form: forms.BaseForm, name: str, kind: type[F]) -> F:
    """The field of this name as what it is, so that its choices can be set; raises TypeError 入力欄の取得."""
    found = form.fields[name]
    if not isinstance(found, kind):
        raise TypeError(f"{name} is no {kind.__name__}")
    return found


class LineField(forms.CharField):
    """One line of text, kept exactly as typed, without characters that mislead 文字の入力欄."""

    def __init__(self, *, label: str, max_length: int, required_message: str = "", **options: Any) -> None:
        super().__init__(label=label, max_length=max_length, **options)
        self.error_messages["required"] = required_message or f"{label}を入力してください。"

    def to_python(self, value: Any) -> str:
        """The text; control, bidirectional and private-use characters are refused with their place."""
        # Looked at before stripping, which would silently drop a control character at either end.
        text = str(value or "")
        problems = characters.forbidden(text.strip(" 　"))
        if problems:
            raise ValidationError(problems[0].sentence, code=problems[0].code)
        return str(super().to_python(text) or "")

    def run_validators(self, value: str) -> None:
        if self.max_length is not None and len(value) > self.max_length:
            raise ValidationError(
                f"{self.label}は{self.max_length}文字まで入力できます。いまは{len(value)}文字です。短くしてください。"
            )


class DayField(forms.Field):
    """A day in either calendar: R8.4.1, 令和8年4月1日, 2026/4/1, 20260401 日付の入力欄."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.error_messages["required"] = f"{label}を入力してください。例：R8.4.1、2026/4/1"

    def to_python(self, value: Any) -> date | None:
        if isinstance(value, date) or not str(value or "").strip():
            return value if isinstance(value, date) else None
        try:
            return calendar.read_day(str(value))
        except Unreadable as problem:
            raise ValidationError(str(problem), code="unreadable") from problem

    def prepare_value(self, value: Any) -> Any:
        return value.strftime("%Y/%m/%d") if isinstance(value, date) else value


class CountField(forms.Field):
    """A small whole number, in full or half width digits 数の入力欄."""

    def __init__(self, *, label: str, example: int, largest: int = 9999, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.largest = largest
        self.wrong = f"{label}は、0から{largest}までの数字で入力してください。例：{example}"
        self.error_messages["required"] = self.wrong

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int) or not str(value or "").strip():
            return value if isinstance(value, int) else None
        plain = unicodedata.normalize("NFKC", str(value)).strip()
        if not re.fullmatch(r"[0-9]{1,6}", plain) or int(plain) > self.largest:
            raise ValidationError(self.wrong, code="unreadable")
        return int(plain)


class YenField(forms.Field):
    """An amount of yen with tax 金額の入力欄."""

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.error_messages["required"] = f"{label}を入力してください。例：18700000"

    def to_python(self, value: Any) -> int | None:
        if isinstance(value, int) or not str(value or "").strip():
            return value if isinstance(value, int) else None
        try:
            amount = numbers.read_amount(str(value))
        except Unreadable as problem:
            raise ValidationError(str(problem), code="unreadable") from problem
        if amount > 9_999_999_999_999:
            raise ValidationError("金額の桁が多すぎます。税込の金額を円の単位で確かめてください。", code="too_large")
        return amount

    def prepare_value(self, value: Any) -> Any:
        return f"{value:,}" if isinstance(value, int) else value
