"""団体の設定 has moved; guides in city halls still name the old address."""

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect
from django.views.decorators.http import require_safe

from warifu.access import person as access

from . import door


@require_safe
@door.staff_page
def edit(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """To the page that has it now 団体の設定."""
    return redirect("office:settings")
