"""Fields in which a folder or a group is chosen, few or thousands フォルダ・グループの入力欄."""

from django.db.models import Q

from warifu.archive import models as archive
from warifu.directory import models as directory

from .named_choice import NamedChoiceField


class FolderChoiceField(NamedChoiceField[archive.Folder]):
    """A folder, from the list or by its code or name フォルダの入力欄."""

    def words_of(self, one: archive.Folder) -> str:
        return one.path

    def typed_for(self, one: archive.Folder) -> str:
        return one.code or one.path

    def exactly(self, typed: str) -> Q:
        return Q(path=typed) | (Q(code=typed) & ~Q(code=""))

    def about(self, typed: str) -> Q:
        return Q(path__icontains=typed)

    def nobody(self, typed: str) -> str:
        return f"「{typed}」に当たるフォルダはありません。フォルダコードか名称を確かめてください。"

    def several(self, typed: str, found: list[archive.Folder], more: str) -> str:
        names = "、".join(f"「{one.path}」" for one in found)
        return f"「{typed}」では一つに決まりません。{names}{more}から、上位からの名称で入力してください。"


class GroupChoiceField(NamedChoiceField[directory.Group]):
    """A group, from the list or by its name グループの入力欄."""

    def words_of(self, one: directory.Group) -> str:
        return one.name

    def typed_for(self, one: directory.Group) -> str:
        return one.name

    def exactly(self, typed: str) -> Q:
        return Q(name=typed)

    def about(self, typed: str) -> Q:
        return Q(name__icontains=typed)

    def nobody(self, typed: str) -> str:
        return f"「{typed}」に当たるグループはありません。グループの名称を確かめてください。"

    def several(self, typed: str, found: list[directory.Group], more: str) -> str:
        names = "、".join(f"「{one.name}」" for one in found)
        return f"「{typed}」では一つに決まりません。{names}{more}から入力してください。"
