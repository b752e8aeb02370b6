"""Someone who has signed in, as every verb wants to know them サインインした職員."""

from dataclasses import dataclass

from warifu.audit import actor as audit
from warifu.directory import models as directory
from warifu.directory import reach as departments

from .rights import Grant, Right, Role


@dataclass(frozen=True)
class Person:
    """A member of staff with the grants of today, acting in one of their posts, at a network address 操作する職員."""

    staff: directory.StaffMember
    grants: tuple[Grant, ...]
    ip: str | None
    post: directory.Post | None = None
    """In which of their posts they act; without one, in what the register calls their main post."""
    posts: tuple[directory.Post, ...] = ()
    """All they hold today."""

    @property
    def department(self) -> directory.Department:
        return self.post.department if self.post else self.staff.department

    @property
    def title(self) -> str:
        return self.post.title if self.post else self.staff.title

    @property
    def municipality(self) -> directory.Municipality:
        return self.staff.municipality

    @property
    def actor(self) -> audit.Actor:
        return audit.Actor(
            kind=audit.ActorKind.STAFF,
            id=str(self.staff.pk),
            name=self.staff.name,
            post=f"{self.department.path} {self.title}".strip(),
            ip=self.ip,
        )

    @property
    def roles(self) -> frozenset[Role]:
        return frozenset(grant.role for grant in self.grants)

    def may(self, right: Right) -> bool:
        """Whether any of their roles gives this right, anywhere 権限の有無."""
        return any(grant.gives(right) for grant in self.grants)

    def reach(self, right: Right) -> departments.Reach:
        """How far this right of theirs goes, all their roles together 権限の及ぶ範囲."""
        giving = [grant for grant in self.grants if grant.gives(right)]
        if any(grant.department_id is None for grant in giving):
            return departments.EVERYWHERE
        return departments.Reach(frozenset().union(*(grant.covered for grant in giving)))
