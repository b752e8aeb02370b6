"""団体の設定: what new drafts of this municipality begin with."""

from http import HTTPStatus

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.directory import actions
from warifu.directory.models import SealStyle
from warifu.web import clock

from . import door, forms


@require_http_methods(["GET", "POST"])
@door.staff_page
def edit(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """For the manager of the municipality; drafts that exist keep what they have 団体の設定."""
    form = forms.SealStyleForm(
        request.POST if request.method == "POST" else None, initial={"style": person.municipality.seal_style}
    )
    if request.method == "POST" and form.is_valid():
        style = SealStyle(form.cleaned_data["style"])
        actions.choose_seal_style(municipality=person.municipality, style=style, by=person.actor, at=clock.now())
        messages.success(request, "署名の表示の初期値を保存しました。これから起案する契約に使います。")
        return redirect("desk:municipality")
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    return render(request, "desk/municipality.html", {"form": form}, status=status)
