"""人事異動: the plans, what each of them does, and how the departments are afterwards."""

from collections import defaultdict
from datetime import date
from typing import Any
from urllib.parse import urlencode
from uuid import UUID

from django import forms
from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponseBase
from django.shortcuts import redirect, render
from django.views.decorators.http import require_GET, require_http_methods

from warifu.access import person as access
from warifu.access.rights import Right, Role
from warifu.japan import calendar
from warifu.transfers import actions, errors, looks, models, queries
from warifu.transfers.models import Kind, State
from warifu.web import clock, fields, staff_door

from . import refused

PAGE_SIZE = 50
SECONDS_BETWEEN = 3
FINDINGS_SHOWN = 20
TONES = {State.DRAFT: "yours", State.CONFIRMED: "moving", State.APPLYING: "moving", State.DONE: "done"}


class PlanForm(forms.Form):
    """人事異動の計画."""

    day = fields.DayField(label="発令日")
    name = fields.LineField(label="名称", max_length=80, required=False)


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def index(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """Every plan of the body, the latest day first 人事異動の一覧."""
    page = Paginator(queries.plans_of(person.municipality), PAGE_SIZE).get_page(request.GET.get("page"))
    sizes = queries.sizes_of(page)
    rows = [(plan, sizes.get(plan.pk, 0), tone_of(plan)) for plan in page]
    return render(request, "office/transfers.html", {"page": page, "rows": rows})


@require_http_methods(["GET", "POST"])
@staff_door.page_with(Right.ORGANISATION)
def new(request: HttpRequest, person: access.Person) -> HttpResponseBase:
    """An empty plan for a day 人事異動の計画の作成."""
    at = clock.now()
    form = PlanForm(request.POST if request.method == "POST" else None)
    status = refused.status_of(form)
    if request.method == "POST" and form.is_valid():
        try:
            made = actions.plan(
                municipality=person.municipality,
                effective_on=form.cleaned_data["day"],
                name=form.cleaned_data["name"],
                made_by=person.staff,
                by=person.actor,
                at=at,
            )
        except errors.Refusal as refusal:
            status = refused.into(form, refusal)
        else:
            messages.success(request, f"「{made.name}」の計画を作成しました。職員を加えてください。")
            return redirect("office:transfer", made.pk)
    return render(request, "office/transfer_new.html", {"form": form}, status=status)


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def plan(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """What the plan does, what a look over it tells, and how far it is 人事異動の計画."""
    kept = of_or_404(person, plan_id)
    words, kind = request.GET.get("q", "").strip(), request.GET.get("kind", "")
    kind = kind if kind in {*Kind.values, "problem"} else ""
    page = Paginator(queries.moves_of(kept, words=words, kind=kind), PAGE_SIZE).get_page(request.GET.get("page"))
    counts = queries.counts_of(kept)
    still = kept.state in {State.DRAFT, State.CONFIRMED}
    told = looks.findings_of(kept) if still and counts["total"] else ()
    asked = request.GET.copy()
    asked.pop("page", None)
    context = {
        "plan": kept,
        "tone": tone_of(kept),
        "page": page,
        "rows": [row_of(move) for move in page],
        "counts": counts,
        "filters": _filters(counts, kind, words),
        "blocking": [one for one in told if one.blocks][:FINDINGS_SHOWN],
        "warnings": [one for one in told if not one.blocks][:FINDINGS_SHOWN],
        "unfinished": queries.unfinished(kept).count() if kept.state == State.DONE else 0,
        "working": kept.state == State.APPLYING,
        "steps": (counts["moved"] + counts["handed"], 2 * counts["total"]),
        "seconds": SECONDS_BETWEEN,
        "still": still,
        "at_once": kept.effective_on <= today(),
        "q": words,
        "kind": kind,
        "query": asked.urlencode(),
    }
    reply = render(request, "office/transfer.html", context)
    if kept.state == State.APPLYING or (kept.state == State.CONFIRMED and kept.effective_on <= today()):
        reply["Refresh"] = str(SECONDS_BETWEEN)
    return reply


@require_GET
@staff_door.page_with(Right.ORGANISATION)
def by_department(request: HttpRequest, person: access.Person, plan_id: UUID) -> HttpResponseBase:
    """Who comes to each department and who goes 部署ごとの異動."""
    kept = of_or_404(person, plan_id)
    words = request.GET.get("q", "").split()
    coming, going = defaultdict[str, list[str]](list), defaultdict[str, list[str]](list)
    for place, title, name in queries.comings(kept):
        coming[place].append(f"{name} {title}".strip())
    for place, going_as, name in queries.goings(kept):
        going[place].append(f"{name}（{Kind(going_as).label}）")
    found = sorted(place for place in {*coming, *going} if all(word in place for word in words))
    page = Paginator(found, PAGE_SIZE).get_page(request.GET.get("page"))
    rows = [(place, coming.get(place, []), going.get(place, [])) for place in page]
    context = {"plan": kept, "page": page, "rows": rows, "q": " ".join(words), "narrowed": bool(words)}
    return render(request, "office/transfer_departments.html", context)


def of_or_404(person: access.Person, plan_id: UUID) -> models.Plan:
    """A plan of the person's own body; any other does not exist for them 人事異動の計画."""
    found = queries.plan_of(person.municipality, plan_id)
    if found is None:
        raise Http404
    return found


def row_of(move: models.Move) -> dict[str, Any]:
    """A move as lists show it: where from, where to, as what 発令の表示."""
    posts = list(move.posts.all())
    before = move.before.get("department", "") if move.moved else (move.staff.department.path if move.staff else "")
    before_title = move.before.get("title", "") if move.moved else (move.staff.title if move.staff else "")
    return {
        "move": move,
        "kind": Kind(move.kind).label,
        "before": before,
        "before_title": before_title,
        "posts": posts,
        "after": [(post.department.path, post.title) for post in posts],
        "roles": roles_in_words(move),
    }


def roles_in_words(move: models.Move) -> list[str]:
    """Roles after the move in words; empty where they stay 発令後の役割."""
    if move.roles is None:
        return []
    return [
        f"{Role(role).label}（{'発令先の部署' if reach == 'department' else '団体全体'}）" for role, reach in move.roles
    ] or ["なし"]


def tone_of(kept: models.Plan) -> str:
    """The colour of its state 状態の色."""
    return TONES.get(State(kept.state), "void")


def say(refusal: errors.Refusal) -> str:
    """A refusal in sentences; each that stands in the way of a confirmation 断りの文."""
    return " ".join(refusal.sentences) if isinstance(refusal, errors.NotReady) else refusal.message


def today() -> date:
    """The day in Japan 今日."""
    return calendar.day_in_japan(clock.now())


def _filters(counts: dict[str, int], kind: str, words: str) -> list[dict[str, object]]:
    choices = [("", "すべて", counts["total"]), *((one.value, one.label, counts[one.value]) for one in Kind)]
    choices.append(("problem", "発令できなかった職員", counts["problem"]))
    return [
        {"label": label, "count": count, "url": f"?{urlencode({'kind': value, 'q': words})}", "current": value == kind}
        for value, label, count in choices
        if count or not value
    ]
