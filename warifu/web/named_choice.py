"""A field in which one of many is chosen: from a list where it is short, named by typing where it is long 選択欄."""

from typing import Any, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import Model, Q, QuerySet

LISTED = 200
"""Up to so many are a list to choose from; more are found by what is typed."""
NAMED = 5

M = TypeVar("M", bound=Model)


class NamedChoiceField(forms.Field, Generic[M]):
    """One of the rows that `choose_from` was given, or None where the field may stay empty 選択・入力欄.

    What they are called, and by which words they are found and refused, a child says.
    """

    empty = "選んでください"

    def __init__(self, *, label: str, **options: Any) -> None:
        super().__init__(label=label, **options)
        self.error_messages["required"] = f"{label}を選んでください。"
        self._found: QuerySet[M] | None = None
        self._listed = False

    @property
    def listed(self) -> bool:
        """Whether there is a list 一覧の有無."""
        return self._listed

    def choose_from(self, found: QuerySet[M]) -> None:
        """Who or what can be named 選択肢の用意."""
        self._found = found
        # Thousands are not put into order to learn that they are too many for a list.
        self._listed = len(found.order_by().values_list("pk", flat=True)[: LISTED + 1]) <= LISTED
        if self._listed:
            words = [(str(one.pk), self.words_of(one)) for one in found]
            self.widget = forms.Select(choices=[("", self.empty), *words])

    def words_of(self, one: M) -> str:
        """How it stands in the list 一覧の表示."""
        raise NotImplementedError

    def typed_for(self, one: M) -> str:
        """What one would type for it 入力する語."""
        raise NotImplementedError

    def exactly(self, typed: str) -> Q:
        """Where the typed words are its whole name 完全一致."""
        raise NotImplementedError

    def about(self, typed: str) -> Q:
        """Where they are a part of its name 部分一致."""
        raise NotImplementedError

    def nobody(self, typed: str) -> str:
        """The refusal where nothing is called so 該当なし."""
        raise NotImplementedError

    def several(self, typed: str, found: list[M], more: str) -> str:
        """The refusal where more than one is; `more` says that some of them are left out 複数該当."""
        raise NotImplementedError

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, Model):
            return str(value.pk) if self._listed else self.typed_for(value)  # type: ignore[arg-type] # only rows of M
        return value

    def to_python(self, value: Any) -> M | None:
        typed = " ".join(str(value or "").split())
        if not typed or self._found is None:
            return None
        if not self._listed:
            return self._named(typed, self._found)
        chosen = next((one for one in self._found if str(one.pk) == typed), None)
        if chosen is None:
            raise ValidationError(f"{self.label}を一覧から選んでください。", code="unknown")
        return chosen

    def _named(self, typed: str, among: QuerySet[M]) -> M:
        exact = list(among.filter(self.exactly(typed))[:2])
        found = exact if len(exact) == 1 else list(among.filter(self.about(typed))[: NAMED + 1])
        if not found:
            raise ValidationError(self.nobody(typed), code="unknown")
        if len(found) > 1:
            more = "など" if len(found) > NAMED else ""
            raise ValidationError(self.several(typed, found[:NAMED], more), code="several")
        return found[0]
