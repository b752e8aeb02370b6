"""A field in which somebody of the staff is named, whether ten people can be meant or ten thousand 職員の入力欄."""

from django.db.models import Q, QuerySet

from warifu.directory import models as directory
from warifu.web.named_choice import NamedChoiceField


class StaffChoiceField(NamedChoiceField[directory.StaffMember]):
    """One of the people who may do a work, from a list or by name, number or address 職員の入力欄.

    The value is the member of staff, or None where the field may stay empty.
    """

    @property
    def how(self) -> str:
        """What the page adds where there is no list 入力の案内."""
        words = "人数が多いため、一覧はありません。氏名、職員番号又はメールアドレスを入力してください。"
        return "" if self.listed else words

    def offer(self, people: QuerySet[directory.StaffMember]) -> None:
        """Who can be named 選択肢の用意."""
        self.choose_from(people.select_related("department"))

    def words_of(self, one: directory.StaffMember) -> str:
        return f"{one.name}（{one.department.path} {one.title}）"

    def typed_for(self, one: directory.StaffMember) -> str:
        return one.mail

    def exactly(self, typed: str) -> Q:
        return Q(mail__iexact=typed) | Q(number=typed)

    def about(self, typed: str) -> Q:
        # Names are registered with and without a space between their halves.
        return Q(name=typed) if " " in typed else Q(name__icontains=typed)

    def nobody(self, typed: str) -> str:
        return (
            f"「{typed}」に当たる職員のうち、ここで選べる方はいません。"
            "氏名、職員番号又はメールアドレスを確かめてください。"
        )

    def several(self, typed: str, found: list[directory.StaffMember], more: str) -> str:
        names = "、".join(f"{self.words_of(one)}：{one.mail}" for one in found)
        return f"「{typed}」では一人に決まりません。{names}{more}から、職員番号又はメールアドレスで入力してください。"
