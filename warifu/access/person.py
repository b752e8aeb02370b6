"""Someone who has signed in, as every verb wants to know them サインインした職員."""

from dataclasses import dataclass

from warifu.audit import actor as audit
from warifu.directory import models as directory

from . import models


@dataclass(frozen=True)
class Person:
    """A member of staff with their roles, at an address on the network 操作する職員."""

    staff: directory.StaffMember
    roles: frozenset[models.Role]
    ip: str | None

    @property
    def municipality(self) -> directory.Municipality:
        return self.staff.municipality

    @property
    def actor(self) -> audit.Actor:
        return audit.Actor(
            kind=audit.ActorKind.STAFF,
            id=str(self.staff.pk),
            name=self.staff.name,
            post=f"{self.staff.department.name} {self.staff.title}".strip(),
            ip=self.ip,
        )

    def has(self, role: models.Role) -> bool:
        return role in self.roles
