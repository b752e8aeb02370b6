"""所属の選択: who holds several posts says in which of them they act."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.directory import people as directory
from warifu.japan import calendar
from warifu.web import clock, signed_in

from . import door


@require_http_methods(["GET", "POST"])
@door.staff_page
def choose(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Until the sign-out, what is done is done in this post; the ledger says so 所属の選択."""
    held = directory.posts_of(person.staff, on=calendar.day_in_japan(clock.now()))
    chosen = next((post for post in held if str(post.pk) == request.POST.get("post")), None)
    if request.method == "POST" and chosen is not None:
        signed_in.choose_post(request, chosen.pk)
        messages.success(request, f"「{chosen}」として操作します。")
        return redirect("desk:home")
    if request.method == "POST":
        messages.error(request, "所属を選んでください。")
    return render(request, "desk/post.html", {"posts": held, "acting": person.post})
