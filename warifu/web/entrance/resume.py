"""Back to what somebody was doing when they were asked who they are 操作の再開."""

from django.contrib import messages
from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.web import kept

from . import account_page


@require_http_methods(["GET", "POST"])
@account_page.account_page
def resume(request: HttpRequest, visitor: account_page.Visitor) -> HttpResponseBase:
    """Show what waits, and send it only when its person presses the button 入力の再開."""
    held = kept.look(request, visitor.account)
    if held is None:
        return redirect(visitor.home)
    if request.method == "POST":
        kept.forget(request)
        messages.info(request, "送信を取りやめました。入力した内容は消去しました。")
        return redirect(visitor.home)
    return render(request, "entrance/resume.html", visitor.context | {"held": held})
