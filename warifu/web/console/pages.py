"""運用の状況 and 試験用の受信箱."""

from datetime import timedelta

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import Http404, HttpRequest, HttpResponseBase, JsonResponse
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu import settings, wiring
from warifu.agreements import waits
from warifu.audit import roots
from warifu.notifications import queries as notifications
from warifu.pades import keys, renderers
from warifu.web import clock
from warifu.web import waiting as words
from warifu.web.components import gallery as parts

from . import letters as mails
from . import visitors


@login_not_required
@require_GET
def mailbox(request: HttpRequest) -> HttpResponseBase:
    """What would have left as mail; only where mail stays here, never in production 試験用の受信箱."""
    local = wiring.mailbox() if settings.TRIAL else None
    if local is None:
        raise Http404
    wanted = request.GET.get("to", "").strip()
    letters = [letter for letter in local.messages(limit=200) if not wanted or wanted in letter.to]
    return render(request, "console/mailbox.html", {"letters": letters, "to": wanted, "nav": visitors.menu(request)})


@login_not_required
@require_GET
def letter(request: HttpRequest, key: str) -> HttpResponseBase:
    """One mail, its links followable 試験用の受信箱のメール."""
    local = wiring.mailbox() if settings.TRIAL else None
    found = local.letter(key) if local else None
    if found is None:
        raise Http404
    context = {
        "letter": found,
        "heading": found.subject or "（件名なし）",
        "pieces": mails.pieces(found.body, public_url=settings.PUBLIC_URL),
        "nav": visitors.menu(request),
    }
    return render(request, "console/letter.html", context)


@require_GET
def status(request: HttpRequest) -> HttpResponseBase:
    """What an operator sees: figures, no documents 運用の状況."""
    at = clock.now()
    waiting = waits.waits()
    context = {
        "waiting": [
            {"wait": wait, "stage": words.stage(wait.kind, wait.position), "reason": words.reason(wait.problem)}
            for wait in waiting
        ],
        "stalled": sum(bool(wait.problem) for wait in waiting),
        "most": waits.LISTED,
        "mails_due": len(notifications.due(at=at)),
        "mails_undelivered": notifications.undelivered_count(since=at - timedelta(days=30)),
        "root_late": roots.late(at=at),
        "trial": settings.TRIAL,
        "renderers_missing": renderers.missing(renderers.NAMES),
        "renderers_required": bool(renderers.missing(settings.RENDERERS)),
        "outlook": wiring.key_outlook(at=at),
        "nav": visitors.menu(request),
    }
    return render(request, "console/status.html", context)


@login_not_required
@require_GET
def gallery(request: HttpRequest) -> HttpResponseBase:
    """Each page part with its examples, for those who build pages 部品の見本."""
    if not settings.TRIAL:
        raise Http404
    return render(request, "components/gallery.html", {"parts": parts.parts(), "nav": visitors.menu(request)})


@login_not_required
@require_GET
def alive(request: HttpRequest) -> JsonResponse:
    """The process answers 生存確認."""
    return JsonResponse({"alive": True})


@login_not_required
@require_GET
def ready(request: HttpRequest) -> JsonResponse:
    """The process can do its work: database and storage answer; alarms ask for a person, not a restart 稼働確認."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    worry = wiring.key_outlook(at=clock.now()).worry
    alarms = [] if worry is keys.Worry.NONE else [f"sealing_keys_{worry.value}"]
    alarms += ["ledger_root_late"] if roots.late(at=clock.now()) else []
    there = settings.OBJECTS_DIR.is_dir()
    return JsonResponse({"ready": there, "alarms": alarms}, status=200 if there else 503)
