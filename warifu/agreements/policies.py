"""Who may do what with an agreement; the answer to "not you" 契約案件の権限."""

from warifu.access import person as access
from warifu.access.rights import Right
from warifu.directory import queries as directory

from . import errors, models


def may_read(person: access.Person) -> bool:
    """Who has a role that reads; administering gives none 閲覧."""
    return person.may(Right.READ)


def may_draft(person: access.Person) -> bool:
    """Officers draft, send and withdraw 起案."""
    return person.may(Right.DRAFT)


def require_officer(person: access.Person, agreement: models.Agreement | None = None) -> None:
    """The person is an officer of the agreement's own municipality; else `NotYours` 契約担当であること."""
    if agreement is not None and agreement.municipality_id != person.municipality.pk:
        raise errors.NotYours("この契約を扱う権限がありません。")
    if not may_draft(person):
        raise errors.NotYours("この操作は契約担当の職員が行います。所属の契約担当へ依頼してください。")


def may_approve(person: access.Person, agreement: models.Agreement) -> bool:
    """The named approver approves, never what they drafted or submitted themselves 承認."""
    return (
        person.may(Right.APPROVE)
        and agreement.approver_id == person.staff.pk
        and person.staff.pk not in {agreement.drafted_by_id, agreement.submitted_by_id, agreement.officer_id}
    )


def require_approver(person: access.Person, agreement: models.Agreement) -> None:
    """The person is this agreement's approver; else `NotYours` 承認者であること."""
    if not may_approve(person, agreement):
        approver = agreement.approver.name if agreement.approver else "指定された承認者"
        raise errors.NotYours(f"この契約を承認できるのは、{approver}さんだけです。")


def may_consent(person: access.Person, agreement: models.Agreement) -> bool:
    """Staff whom the contracting authority lets consent in its name 名義での合意."""
    return (
        agreement.authority is not None
        and agreement.municipality_id == person.municipality.pk
        and directory.may_consent_for(person.staff, agreement.authority)
    )


def require_consenter(person: access.Person, agreement: models.Agreement) -> None:
    """The person may consent in the agreement's name; else `NotYours` 名義の使用権限があること."""
    if not may_consent(person, agreement):
        name = agreement.authority.title if agreement.authority else "契約名義"
        raise errors.NotYours(f"{name}の名義で合意できる職員として登録されていません。運用管理者へ確認してください。")


def may_take_evidence(person: access.Person) -> bool:
    """Officers take evidence bundles away: these tell who did what from which machine 証拠一式の保存."""
    return person.may(Right.EVIDENCE)


def require_evidence(person: access.Person, agreement: models.Agreement) -> None:
    """The person may take this agreement's evidence away; else `NotYours` 証拠一式を保存できること."""
    if agreement.municipality_id != person.municipality.pk or not may_take_evidence(person):
        raise errors.NotYours("証拠一式を保存できるのは、契約担当の職員です。所属の契約担当へ依頼してください。")
