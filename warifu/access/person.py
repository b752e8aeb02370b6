"""Someone who has signed in, as every verb wants to know them サインインした職員."""

from dataclasses import dataclass

from warifu.audit import actor as audit
from warifu.directory import models as directory

from .rights import RIGHTS, Grant, Right, Role


@dataclass(frozen=True)
class Person:
    """A member of staff with the grants that hold today, at an address on the network 操作する職員."""

    staff: directory.StaffMember
    grants: tuple[Grant, ...]
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
            post=f"{self.staff.department.path} {self.staff.title}".strip(),
            ip=self.ip,
        )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def may(self, right: Right) -> bool:
        """Whether any of their roles gives this right 権限の有無."""
        return any(right in RIGHTS[role] for role in self.roles)
