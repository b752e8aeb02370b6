"""Reads for the operator 運用の照会."""

from collections.abc import Iterable

from . import models


def authority_states(names: Iterable[str]) -> dict[str, models.AuthorityState]:
    """What is known of these timestamp authorities, by name 時刻認証局の状況."""
    return {state.name: state for state in models.AuthorityState.objects.filter(name__in=list(names))}
