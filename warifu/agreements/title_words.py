"""The words of a title stay those under which agreements were sent 使用済みの契約名義."""

from warifu.directory import errors as directory_errors

from . import models
from .lifecycle import State


def require_unused(authority_id: int) -> None:
    """Raises the directory's StillInUse while an agreement that was submitted names this title 使用の確認."""
    used = models.Agreement.objects.filter(authority=authority_id).exclude(state=State.DRAFT)
    if used.exists():
        raise directory_errors.StillInUse(
            "契約で使った名義のため、名称・根拠・始まりの日は訂正できません。"
            "変わったときは、「名義又は根拠を切り替える」から登録してください。"
        )
