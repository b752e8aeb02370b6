"""All addresses, filled in with what is really there, so that a new one cannot be forgotten アドレス."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.urls import URLPattern, URLResolver, get_resolver, reverse

SURFACES = ("console", "counter", "verify", "entrance", "office", "desk", "scim")


@dataclass(frozen=True)
class Address:
    """One pattern of the URLconf."""

    name: str
    places: frozenset[str]

    def filled(self, values: Mapping[str, object]) -> str:
        """The path; KeyError for a place that `values` does not know."""
        return reverse(self.name, kwargs={place: values[place] for place in self.places})


def addresses() -> list[Address]:
    """Every address of every surface."""
    return list(_below(get_resolver().url_patterns, ""))


def _below(patterns: list[URLPattern | URLResolver], space: str) -> Iterator[Address]:
    for pattern in patterns:
        if isinstance(pattern, URLResolver):
            yield from _below(pattern.url_patterns, f"{pattern.namespace}:" if pattern.namespace else space)
        else:
            yield Address(f"{space}{pattern.name}", frozenset(pattern.pattern.converters))
