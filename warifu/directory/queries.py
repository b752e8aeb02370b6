"""Reads of the directory; each one starts from a municipality 組織・職員・契約名義・事業者の照会."""

from collections.abc import Iterable
from uuid import UUID

from django.db.models import QuerySet
from django.db.models.functions import Lower

from . import models


def municipalities() -> QuerySet[models.Municipality]:
    """All bodies that share the service, in the order of their codes 利用団体."""
    return models.Municipality.objects.all()


def municipality_of_code(code: str) -> models.Municipality | None:
    """The body with this 団体コード, or None 利用団体."""
    return models.Municipality.objects.filter(code=code).first()


def departments_without_end(municipality: models.Municipality) -> int:
    """How many departments of one body have no last day 部署の数."""
    return models.Department.objects.filter(municipality=municipality, ends_on__isnull=True).count()


def staff_of(municipality: models.Municipality) -> QuerySet[models.StaffMember]:
    """People of one body, with their department 職員."""
    return models.StaffMember.objects.filter(municipality=municipality).select_related("department")


def staff_member(staff_id: UUID) -> models.StaffMember:
    """The one person who stands behind an account; the only read that does not start from a municipality 職員.

    Raises `models.StaffMember.DoesNotExist`.
    """
    return models.StaffMember.objects.select_related("municipality", "department").get(pk=staff_id)


def mail_is_taken(mail: str) -> bool:
    """Whether somebody of any body has this address, without saying who メールアドレスの重複."""
    return models.StaffMember.objects.filter(mail__iexact=mail).exists()


def mails_taken(mails: Iterable[str]) -> frozenset[str]:
    """Those of these addresses, in small letters, that somebody of any body has メールアドレスの重複の一覧."""
    wanted = {mail.lower() for mail in mails}
    there = models.StaffMember.objects.annotate(lowered=Lower("mail")).filter(lowered__in=wanted)
    return frozenset(there.values_list("lowered", flat=True))


def authorities_of(municipality: models.Municipality) -> QuerySet[models.ContractingAuthority]:
    """Names in which one body contracts 契約名義."""
    return models.ContractingAuthority.objects.filter(municipality=municipality)


def may_consent_for(staff: models.StaffMember, authority: models.ContractingAuthority) -> bool:
    """Whether this person may consent in this name 名義の使用権限."""
    return authority.consenters.filter(pk=staff.pk).exists()


def authorities_consented_by(staff: models.StaffMember) -> QuerySet[models.ContractingAuthority]:
    """Names in which this person may consent 合意できる契約名義."""
    return authorities_of(staff.municipality).filter(consenters=staff)


def is_consenter(staff: models.StaffMember) -> bool:
    """Whether this person may consent in any name at all 名義で合意する職員."""
    return authorities_consented_by(staff).exists()


def counterparties_of(municipality: models.Municipality) -> QuerySet[models.Counterparty]:
    """Firms in one body's register 事業者."""
    return models.Counterparty.objects.filter(municipality=municipality)


def counterparty_of(municipality: models.Municipality, counterparty_id: UUID) -> models.Counterparty | None:
    """One firm of this body's register, or None 事業者."""
    return counterparties_of(municipality).filter(pk=counterparty_id).first()


def hold(municipality: models.Municipality) -> None:
    """Let nobody else who asks the same go on until the caller's transaction ends 団体の占有."""
    models.Municipality.objects.select_for_update(no_key=True).get(pk=municipality.pk)
