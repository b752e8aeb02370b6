"""Who did it, in the words that the ledger keeps 行為者."""

from dataclasses import dataclass
from enum import StrEnum


class ActorKind(StrEnum):
    """From which side of the counter an act came 行為者の区分."""

    STAFF = "staff"
    COUNTERPARTY = "counterparty"
    OPERATOR = "operator"
    SERVICE = "service"


@dataclass(frozen=True, slots=True)
class Actor:
    """One person or service at the moment of an act 行為者.

    `name` and `post` are copied into the ledger as they were then: a later transfer or change of name alters nothing.
    `ip` is the client address as text, or None when nobody was connected.
    """

    kind: ActorKind
    id: str
    name: str
    post: str = ""
    ip: str | None = None

    @classmethod
    def service(cls, name: str) -> "Actor":
        """Warifu itself, acting through its named part (`"sealing"`, `"sweep"`) システム."""
        return cls(kind=ActorKind.SERVICE, id=name, name=name)
