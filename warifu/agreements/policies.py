"""Who may do what with an agreement; the answer to "not you" 契約案件の権限."""

from collections.abc import Iterable
from datetime import datetime
from uuid import UUID

from warifu.access import holders
from warifu.access import person as access
from warifu.access import queries as access_queries
from warifu.access.rights import OF_A_DEPARTMENT, RIGHTS, Right, Role
from warifu.archive import models as archive
from warifu.directory import departments
from warifu.directory import models as directory_models
from warifu.directory import queries as directory
from warifu.directory.stages import Stage
from warifu.japan import calendar

from . import errors, models, sights


def may_read(person: access.Person) -> bool:
    """Who has a role that reads; administering gives none 閲覧."""
    return person.may(Right.READ)


def may_draft(person: access.Person, agreement: models.Agreement | None = None) -> bool:
    """Officers draft, send and withdraw, in the departments to which that reaches; without one, anywhere 起案."""
    return person.may(Right.DRAFT) if agreement is None else _reaches(person, Right.DRAFT, agreement)


def _reaches(person: access.Person, right: Right, agreement: models.Agreement) -> bool:
    own = agreement.municipality_id == person.municipality.pk
    return own and person.reach(right).covers(agreement.department_id)


def require_officer(person: access.Person, agreement: models.Agreement | None = None) -> None:
    """The person is an officer for the agreement's department; else `NotYours` 契約担当であること."""
    if agreement is not None and agreement.municipality_id != person.municipality.pk:
        raise errors.NotYours("この契約を扱う権限がありません。")
    if not may_draft(person, agreement):
        raise errors.NotYours("この操作は契約担当の職員が行います。所属の契約担当へ依頼してください。")


def require_drafter(person: access.Person) -> None:
    """The person may draft in the department in which they act; else `NotYours` 起案できる所属であること."""
    require_officer(person)
    if not person.reach(Right.DRAFT).covers(person.department.pk):
        raise errors.NotYours(
            f"「{person.department.path}」の契約は起案できません。起案できる所属に切り替えるか、"
            "全体管理者へ、この部署の契約担当の役割を依頼してください。"
        )


def may_approve(person: access.Person, agreement: models.Agreement) -> bool:
    """The named approver approves, never what they drafted or submitted themselves 承認."""
    return (
        _reaches(person, Right.APPROVE, agreement)
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


def may_take_evidence(person: access.Person, record: archive.Record) -> bool:
    """Officers of its department take evidence away: it tells who did what from which machine 証拠一式の保存.

    Beside them whoever has the right to in the folder where it lies.
    """
    return sights.of(person, Right.EVIDENCE).covers(record)


def require_evidence(person: access.Person, agreement: models.Agreement) -> None:
    """The person may take this agreement's evidence away; else `NotYours` 証拠一式を保存できること."""
    own = agreement.municipality_id == person.municipality.pk
    record = agreement.record
    if not own or not (may_take_evidence(person, record) if record else _reaches(person, Right.EVIDENCE, agreement)):
        raise errors.NotYours("証拠一式を保存できるのは、契約担当の職員です。所属の契約担当へ依頼してください。")


class Able:
    """What some colleagues may do with agreements of any department of their body, read once 指定できる職員の一覧."""

    def __init__(self, municipality: directory_models.Municipality, people: Iterable[UUID], *, at: datetime) -> None:
        self._on = calendar.day_in_japan(at)
        self._tree = departments.tree_of(municipality)
        self._held = holders.roles_of(people, on=self._on)

    def require(self, staff: directory_models.StaffMember, right: Right, agreement: models.Agreement) -> None:
        """As `require_able` 指定できること."""
        covering = self._tree.covering(agreement.department_id, self._on)
        for role, place in self._held.get(staff.pk, []):
            near = place is None or (right in OF_A_DEPARTMENT and self._tree.heir(place, self._on) in covering)
            if near and right in RIGHTS[Role(role)]:
                return
        raise errors.Incomplete([errors.Missing(right.value, _unable(staff, right, agreement))])


def require_able(
    staff: directory_models.StaffMember, right: Right, agreement: models.Agreement, *, at: datetime, place: str = ""
) -> None:
    """This colleague may do that with this agreement; else `Incomplete`, told at `place` of the form 指定できる職員."""
    able = access_queries.staff_who_may(
        agreement.municipality, right, on=calendar.day_in_japan(at), over=agreement.department_id
    )
    if not able.filter(pk=staff.pk).exists():
        raise errors.Incomplete([errors.Missing(place or right.value, _unable(staff, right, agreement))])


def _unable(staff: directory_models.StaffMember, right: Right, agreement: models.Agreement) -> str:
    return (
        f"{staff.name}さんには、「{agreement.department.path}」の契約について「{right.label}」権限がありません。"
        "ほかの職員を選んでください。"
    )


def require_begun(body: directory_models.Municipality, *, at: datetime) -> None:
    """Nothing new is begun while a body rests; raises `errors.BodyNotOpen` 起案の可否."""
    if (stage := body.stage_of_day(calendar.day_in_japan(at))) is Stage.RESTING:
        raise errors.BodyNotOpen(stage.label, body=body.name)


def require_live(body: directory_models.Municipality, *, at: datetime) -> None:
    """Nothing is sent but by a body that has gone live and does not rest; raises `errors.BodyNotOpen` 送信の可否."""
    if (stage := body.stage_of_day(calendar.day_in_japan(at))) is not Stage.LIVE:
        raise errors.BodyNotOpen(stage.label, body=body.name)
