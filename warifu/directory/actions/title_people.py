"""Who may draft in a title, approve what is drafted in it, and consent in it 契約名義を使う職員の登録."""

from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from django.db import transaction

from warifu.audit import changes, record
from warifu.audit.actor import Actor
from warifu.directory import errors, models

from .titles import locked, note


def name_consenter(
    *, title: models.ContractingAuthority, staff: models.StaffMember, ground: str, by: Actor, at: datetime
) -> models.Consenter:
    """This person consents in the name from now on, by this rule of delegation 合意を行う職員.

    Raises errors.NotNow for somebody of another body, or who has left.
    """
    with transaction.atomic():
        kept = locked(title)
        if staff.municipality_id != kept.municipality_id or staff.left_on is not None:
            raise errors.NotNow("退職の登録がない、自団体の職員を選んでください。")
        named = models.Consenter.objects.filter(authority=kept, staff=staff).first()
        before = named.ground if named else None
        named, _ = models.Consenter.objects.update_or_create(authority=kept, staff=staff, defaults={"ground": ground})
        facts = changes.between({"ground": before}, {"ground": ground})
        note("name_consenter", kept, by=by, at=at, facts={"person": staff.name, **facts})
    return named


def remove_consenter(*, consenter: models.Consenter, by: Actor, at: datetime) -> None:
    """The person consents in this name no more; consents given stay as they are 合意を行う職員の取消し."""
    with transaction.atomic():
        kept = locked(consenter.authority)
        models.Consenter.objects.filter(pk=consenter.pk).delete()
        facts = {"person": consenter.staff.name, "ground": consenter.ground}
        note("remove_consenter", kept, by=by, at=at, facts=facts)


def choose_title_approvers(
    *, title: models.ContractingAuthority, add: Iterable[UUID], remove: Iterable[UUID], by: Actor, at: datetime
) -> None:
    """Who approves drafts in this name; nobody named means every approver of the body 契約名義の承認者."""
    with transaction.atomic():
        kept = locked(title)
        own = models.StaffMember.objects.filter(municipality=kept.municipality_id)
        coming, going = list(own.filter(pk__in=list(add))), list(own.filter(pk__in=list(remove)))
        kept.approvers.add(*coming)
        kept.approvers.remove(*going)
        names = [[one.name for one in people] for people in (coming, going)]
        note("choose_title_approvers", kept, by=by, at=at, facts={"added": names[0], "removed": names[1]})


def choose_title_users(
    *,
    title: models.ContractingAuthority,
    open_to_all: bool,
    add: Iterable[models.StaffMember | models.Department | models.Group] = (),
    remove: Iterable[int] = (),
    by: Actor,
    at: datetime,
) -> None:
    """Who may draft in this name: every officer, or only those named; `remove` are keys of `TitleUse` 使用範囲.

    Raises errors.NotNow for what is not this body's.
    """
    with transaction.atomic():
        kept = locked(title)
        before, kept.open_to_all = kept.open_to_all, open_to_all
        kept.save(update_fields=["open_to_all"])
        going = models.TitleUse.objects.filter(authority=kept, pk__in=list(remove))
        gone = [str(one) for one in going.select_related("staff", "department", "group")]
        going.delete()
        came = []
        for one in add:
            if one.municipality_id != kept.municipality_id:
                raise errors.NotNow("自団体の部署、グループ又は職員を選んでください。")
            use, _ = models.TitleUse.objects.get_or_create(authority=kept, **_named(one))
            came.append(str(use))
        facts = changes.between({"open_to_all": before}, {"open_to_all": open_to_all})
        told: record.Facts = {"added": came, "removed": gone, **facts}
        note("choose_title_users", kept, by=by, at=at, facts=told)


def _named(one: models.StaffMember | models.Department | models.Group) -> dict[str, Any]:
    match one:
        case models.StaffMember():
            return {"staff": one}
        case models.Department():
            return {"department": one}
        case _:
            return {"group": one}
