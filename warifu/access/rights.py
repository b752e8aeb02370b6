"""Who may do what, in one place 権限の表.

Pure. A person has roles; a role gives rights; nothing else gives one, save the contracting authorities, which name
their consenters one by one (`directory`). Administration and the reading of documents are different roles on purpose:
whoever arranges accounts reads no contract by it. Operators of the service have no role at all, so no document either.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

from django.db.models import TextChoices


class Right(TextChoices):
    """One thing that a person may be allowed to do, in the words of the page that lists them 権限."""

    READ = "read", "契約の内容と文書を閲覧する"
    DRAFT = "draft", "契約を起案し、送信し、取り下げる"
    APPROVE = "approve", "起案された契約を承認し、又は差し戻す"
    EVIDENCE = "evidence", "証拠一式を保存する"
    VALIDATE = "validate", "期間を指定して一括検証する"
    FILE = "file", "記録をフォルダに収め、別のフォルダへ移す"
    COUNTERPARTIES = "counterparties", "取引先を登録し、変更する"
    FOLDERS = "folders", "フォルダと閲覧範囲を定める"
    SETTINGS = "settings", "団体の設定を変更する"
    TITLES = "titles", "契約名義と使用できる職員を定める"
    RECIPIENTS = "recipients", "送信先の規則と例外を定める"
    ORGANISATION = "organisation", "部署、職員、グループ及び人事異動を登録する"
    ROLES = "roles", "職員に役割を付与し、取り消す"
    SIGN_IN = "sign_in", "サインインの方法と接続元の制限を定める"
    LEDGER = "ledger", "操作ログを検索し、出力する"
    STATISTICS = "statistics", "自団体の利用統計を閲覧する"
    REGION = "region", "全団体の集計を閲覧する"


class Role(TextChoices):
    """What a person's work is 役割."""

    ADMINISTRATOR = "administrator", "全体管理者"
    MANAGER = "manager", "運用管理者"
    OFFICER = "officer", "契約担当"
    APPROVER = "approver", "承認者"
    KEEPER = "keeper", "文書管理者"
    READER = "reader", "閲覧者"
    AUDITOR = "auditor", "監査"
    COORDINATOR = "coordinator", "広域調整者"


RIGHTS: Mapping[Role, frozenset[Right]] = MappingProxyType(
    {
        Role.ADMINISTRATOR: frozenset(
            {Right.ORGANISATION, Right.ROLES, Right.SIGN_IN, Right.SETTINGS, Right.LEDGER, Right.STATISTICS}
        ),
        Role.MANAGER: frozenset(
            {
                Right.SETTINGS,
                Right.TITLES,
                Right.RECIPIENTS,
                Right.ORGANISATION,
                Right.COUNTERPARTIES,
                Right.FOLDERS,
                Right.STATISTICS,
            }
        ),
        Role.OFFICER: frozenset(
            {Right.READ, Right.DRAFT, Right.EVIDENCE, Right.VALIDATE, Right.FILE, Right.COUNTERPARTIES}
        ),
        Role.APPROVER: frozenset({Right.READ, Right.APPROVE}),
        Role.KEEPER: frozenset(
            {Right.READ, Right.EVIDENCE, Right.VALIDATE, Right.FILE, Right.FOLDERS, Right.STATISTICS}
        ),
        Role.READER: frozenset({Right.READ}),
        Role.AUDITOR: frozenset({Right.READ, Right.LEDGER, Right.VALIDATE, Right.STATISTICS}),
        Role.COORDINATOR: frozenset({Right.REGION}),
    }
)


OF_A_DEPARTMENT = frozenset(
    {Right.READ, Right.DRAFT, Right.APPROVE, Right.EVIDENCE, Right.VALIDATE, Right.FILE, Right.COUNTERPARTIES}
)
"""What a role gives that is held within a department: the work on its contracts, and the register that this needs. All
other rights are about the body as a whole, and only a role that is held for the whole body gives them."""
FOR_DEPARTMENTS = frozenset({Role.OFFICER, Role.APPROVER, Role.KEEPER, Role.READER})
"""Roles that may be granted within a department."""


@dataclass(frozen=True, slots=True)
class Grant:
    """A role that somebody holds: within one department and those below it, or (None) the whole body 付与された役割.

    `begins_on` and `ends_on` are days in Japan, both included; None has no such bound. `covered` are the keys of all
    departments in which it holds today (`directory.reach`).
    """

    role: Role
    department_id: int | None = None
    begins_on: date | None = None
    ends_on: date | None = None
    covered: frozenset[int] = frozenset()

    def gives(self, right: Right) -> bool:
        """Whether the role gives this right, within a department or everywhere 権限の有無."""
        return right in RIGHTS[self.role] and (self.department_id is None or right in OF_A_DEPARTMENT)

    def holds(self, on: date) -> bool:
        """Whether the grant holds on this day in Japan 有効期間."""
        return (self.begins_on is None or self.begins_on <= on) and (self.ends_on is None or on <= self.ends_on)


def holding(role: Role) -> Iterator[Right]:
    """The rights that a role gives, in the order of the table 役割の権限."""
    return (right for right in Right if right in RIGHTS[role])


def roles_with(right: Right) -> frozenset[Role]:
    """Every role that gives this right 権限を持つ役割."""
    return frozenset(role for role, given in RIGHTS.items() if right in given)
