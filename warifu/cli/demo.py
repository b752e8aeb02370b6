"""Put the cast of the demonstration into an empty database デモデータの登録.

The one place outside the rooms that makes rows of `directory` and `access`: it is seed, not a verb of the product.
"""

from dataclasses import dataclass
from datetime import datetime

from django.contrib.auth import password_validation
from django.db import transaction

from warifu.access import models as access
from warifu.audit import actions as audit
from warifu.audit import actor
from warifu.directory import counterparty_words
from warifu.directory import models as directory
from warifu.japan import characters

from . import cast

OPERATOR_MAIL = "operator@warifu.example.jp"


@dataclass(frozen=True, slots=True)
class Planted:
    """Someone who may sign in, in the words of a start page サインインできる人.

    `municipality` and `post` are Japanese, "" for the operator; `work` lists roles, then the names they consent in.
    """

    mail: str
    name: str
    municipality: str
    post: str
    work: tuple[str, ...]


def plant(*, at: datetime, password: str) -> list[Planted]:
    """Make what of the demonstration is missing, and say who may sign in デモデータの登録.

    `at` is the aware moment of the ledger line; `password` (15 characters or more) is given to accounts that are new.
    A municipality that has staff already is left as it is, so nothing changed by hand comes back, old passwords
    included. Raises django.core.exceptions.ValidationError for a password that nobody could choose; nothing is made.
    """
    password_validation.validate_password(password)
    with transaction.atomic():
        for town in sorted(cast.TOWNS, key=lambda town: town.body.code):
            _plant_town(town, at=at, password=password)
        if not access.Account.objects.filter(mail=OPERATOR_MAIL).exists():
            _open_account(mail=OPERATOR_MAIL, staff=None, password=password)
    operator = Planted(mail=OPERATOR_MAIL, name="運用者", municipality="", post="", work=("サービスの運用",))
    return [*(_told(town, member) for town in cast.TOWNS for member in town.members), operator]


def _plant_town(town: cast.Town, *, at: datetime, password: str) -> None:
    municipality, _ = directory.Municipality.objects.get_or_create(
        code=town.body.code, defaults={"name": town.body.name, "slug": town.body.slug}
    )
    if directory.StaffMember.objects.filter(municipality=municipality).exists():
        return
    departments: dict[str, directory.Department] = {}
    for path, phone in town.departments:
        above, _, name = path.rpartition(" ")
        departments[path], _ = directory.Department.objects.get_or_create(
            municipality=municipality, parent=departments.get(above), name=name, defaults={"phone": phone}
        )
    staff = {}
    for member in town.members:
        person = directory.StaffMember.objects.create(
            municipality=municipality,
            department=departments[member.department],
            name=member.name,
            title=member.title,
            mail=town.mail_of(member),
        )
        directory.Post.objects.create(staff=person, department=person.department, title=person.title)
        access.RoleGrant.objects.bulk_create(access.RoleGrant(staff=person, role=role) for role in member.roles)
        _open_account(mail=person.mail, staff=person, password=password)
        staff[member.login] = person
    for position, named in enumerate(town.authorities):
        authority, _ = directory.ContractingAuthority.objects.get_or_create(
            municipality=municipality, title=named.title, defaults={"ground": named.ground, "position": position}
        )
        authority.consenters.add(staff[named.consenter])
    for firm in town.firms:
        _register(firm, municipality=municipality)
    audit.append(
        ledger=municipality.code,
        action="directory.plant",
        target=f"municipality:{municipality.code}",
        by=actor.Actor.service("demonstration"),
        at=at,
        facts={"staff": len(staff), "counterparties": len(town.firms)},
    )


def _open_account(*, mail: str, staff: directory.StaffMember | None, password: str) -> None:
    account = access.Account(mail=mail, staff=staff, is_operator=staff is None)
    account.set_password(password)
    account.save()


def _register(firm: cast.Firm, *, municipality: directory.Municipality) -> None:
    directory.Counterparty.objects.get_or_create(
        municipality=municipality,
        corporate_number=firm.corporate_number,
        defaults={
            "name": firm.name,
            "address": firm.address,
            "signatory_title": firm.signatory_title,
            "signatory_name": firm.signatory_name,
            "mail": firm.mail,
            "search_key": characters.search_key(firm.name),
            "search_text": counterparty_words.text_of(
                [firm.name, firm.corporate_number, firm.mail, firm.signatory_name]
            ),
        },
    )


def _told(town: cast.Town, member: cast.Member) -> Planted:
    names = tuple(f"{named.title}の名義で合意" for named in town.authorities if named.consenter == member.login)
    return Planted(
        mail=town.mail_of(member),
        name=member.name,
        municipality=town.body.name,
        post=f"{member.department} {member.title}",
        work=(*(str(role.label) for role in member.roles), *names),
    )
