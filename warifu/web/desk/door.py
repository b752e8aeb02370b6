"""Who is at the desk, and what of theirs a page is about 職員の確認."""

from uuid import UUID

from django.http import Http404

from warifu.access import person as access
from warifu.agreements import models as agreements
from warifu.agreements import queries as agreement_queries
from warifu.web.staff_door import Page, staff_page

__all__ = ["Page", "agreement_or_404", "staff_page"]


def agreement_or_404(person: access.Person, agreement_id: UUID) -> agreements.Agreement:
    """An agreement that the person may read; anything else does not exist for them 契約案件."""
    found = agreement_queries.agreement_of(person, agreement_id)
    if found is None:
        raise Http404
    return found
