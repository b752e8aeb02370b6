"""SCIM for systems of one municipality (RFC 7644) 職員連携の窓口."""

import hashlib
import json
from collections.abc import Callable, Mapping
from functools import wraps
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseBase
from django.urls import reverse
from django.views.decorators.csrf import csrf_exempt

from warifu import settings, wiring
from warifu.access import actions
from warifu.access.sso import queries
from warifu.audit.actor import Actor, ActorKind
from warifu.directory import scope
from warifu.integrations.scim import groups, reading, schemas, users
from warifu.integrations.scim.errors import ScimRefused, missing, wrong
from warifu.integrations.scim.users import Hand
from warifu.web import clock, origin

KIND = "application/scim+json"
Shown = Callable[[Any], dict[str, Any]]
View = Callable[..., HttpResponseBase]


def for_systems(*methods: str) -> Callable[[View], View]:
    """Only with a living token of the municipality in the address; nobody else's rows are seen behind it 連携の入口."""

    def door(view: View) -> View:
        @csrf_exempt  # no cookie is ever looked at; the token is in a header
        @login_not_required
        @wraps(view)
        def handle(request: HttpRequest, slug: str, **rest: str) -> HttpResponseBase:
            if request.method not in methods:
                return _refusal(ScimRefused(405, "", "The method is not allowed."))
            at = clock.now()
            scheme, _, text = request.headers.get("Authorization", "").partition(" ")
            token = queries.living_token(text.strip(), at=at) if scheme.lower() == "bearer" else None
            if token is None or token.municipality.slug != slug:
                answer = _refusal(ScimRefused(401, "", "A living bearer token of this municipality is needed."))
                answer.headers["WWW-Authenticate"] = "Bearer"
                return answer
            if not actions.use_provisioning_token(token=token, at=at):
                answer = _refusal(ScimRefused(429, "", "Too many requests in a minute."))
                answer.headers["Retry-After"] = "60"
                return answer
            by = Actor(
                kind=ActorKind.SERVICE,
                id=f"provisioning:{token.pk}",
                name=token.name,
                ip=origin.address_of(request),
            )
            hand = Hand(municipality=token.municipality, by=by, at=at, letters=wiring.account_letters())
            with scope.of(token.municipality):
                try:
                    return view(request, hand, **rest)
                except ScimRefused as refused:
                    return _refusal(refused)

        return handle

    return door


@for_systems("GET", "POST")
def many(request: HttpRequest, hand: Hand, kind: str) -> HttpResponseBase:
    """What stands behind an endpoint (RFC 7644 §3.2) 資源の一覧."""
    if kind in {"Users", "Groups"}:
        return people(request, hand) if kind == "Users" else bands(request, hand)
    _require_reading(request)
    return config(request, hand) if kind == "ServiceProviderConfig" else about(request, hand, kind)


@for_systems("GET", "PUT", "PATCH", "DELETE")
def one(request: HttpRequest, hand: Hand, kind: str, resource: str) -> HttpResponseBase:
    """One resource behind an endpoint 資源."""
    if kind in {"Users", "Groups"}:
        return person(request, hand, resource) if kind == "Users" else band(request, hand, resource)
    _require_reading(request)
    return about_one(request, hand, kind, resource)


def _require_reading(request: HttpRequest) -> None:
    if request.method != "GET":
        raise ScimRefused(405, "", "The method is not allowed.")


def people(request: HttpRequest, hand: Hand) -> HttpResponseBase:
    """List people, or take somebody in 職員の一覧と登録."""
    if request.method == "POST":
        return _one(request, hand, "User", users.create(_body(request), hand), users.shown, status=201)
    wanted = reading.read_filter(request.GET.get("filter", ""), users.FILTERED)
    return _listed(request, hand, "User", users.matching(hand.municipality, wanted), users.shown)


def person(request: HttpRequest, hand: Hand, resource: str) -> HttpResponseBase:
    """One person: shown, replaced, changed, or made inactive 職員."""
    staff = users.found(hand.municipality, resource)
    _require_match(request, users.shown(staff))
    if request.method == "DELETE":
        users.remove(staff, hand)
        return HttpResponse(status=204)
    if request.method == "PUT":
        staff = users.change(staff, reading.whole(_body(request)), hand)
    elif request.method == "PATCH":
        staff = users.change(staff, reading.patched(users.as_wanted(staff), _body(request)), hand)
    return _one(request, hand, "User", staff, users.shown)


def bands(request: HttpRequest, hand: Hand) -> HttpResponseBase:
    """List groups, or make one グループの一覧と登録."""
    if request.method == "POST":
        return _one(request, hand, "Group", groups.create(_body(request), hand), groups.shown, status=201)
    wanted = reading.read_filter(request.GET.get("filter", ""), groups.FILTERED)
    return _listed(request, hand, "Group", groups.matching(hand.municipality, wanted), groups.shown)


def band(request: HttpRequest, hand: Hand, resource: str) -> HttpResponseBase:
    """One group: shown, replaced, changed, or removed グループ."""
    group = groups.found(hand.municipality, resource)
    _require_match(request, groups.shown(group))
    if request.method == "DELETE":
        groups.remove(group, hand)
        return HttpResponse(status=204)
    if request.method == "PUT":
        group = groups.replace(group, _body(request), hand)
    elif request.method == "PATCH":
        group = groups.patch(group, _body(request), hand)
    return _one(request, hand, "Group", group, groups.shown)


def config(request: HttpRequest, hand: Hand) -> HttpResponseBase:
    """What is supported 対応する機能."""
    return _answer(schemas.CONFIG)


def about(request: HttpRequest, hand: Hand, kind: str) -> HttpResponseBase:
    """Resource types or schemas, all of them 資源の種類・スキーマ."""
    return _answer(_page(list(_abouts(kind).values()), start=1, total=len(_abouts(kind))))


def about_one(request: HttpRequest, hand: Hand, kind: str, resource: str) -> HttpResponseBase:
    """One of them 資源の種類・スキーマの詳細."""
    found = _abouts(kind).get(resource)
    if found is None:
        raise missing()
    return _answer(found)


def _abouts(kind: str) -> dict[str, dict[str, Any]]:
    if kind not in {"ResourceTypes", "Schemas"}:
        raise missing()
    return schemas.TYPES if kind == "ResourceTypes" else schemas.SCHEMAS


def _listed(request: HttpRequest, hand: Hand, kind: str, found: QuerySet[Any], shown: Shown) -> HttpResponse:
    start, count = reading.window(request.GET.get("startIndex", ""), request.GET.get("count", ""), most=users.MOST)
    page = [_with_meta(hand, kind, shown(one)) for one in found[start - 1 : start - 1 + count]]
    return _answer(_page(page, start=start, total=found.count()))


def _page(resources: list[dict[str, Any]], *, start: int, total: int) -> dict[str, Any]:
    return {
        "schemas": [schemas.LIST],
        "totalResults": total,
        "startIndex": start,
        "itemsPerPage": len(resources),
        "Resources": resources,
    }


def _one(request: HttpRequest, hand: Hand, kind: str, thing: Any, shown: Shown, *, status: int = 200) -> HttpResponse:
    resource = _with_meta(hand, kind, shown(thing))
    version = resource["meta"]["version"]
    if request.method == "GET" and request.headers.get("If-None-Match") == version:
        return HttpResponse(status=304)
    answer = _answer(resource, status=status)
    answer.headers["ETag"] = version
    if status == 201:
        answer.headers["Location"] = resource["meta"]["location"]
    return answer


def _with_meta(hand: Hand, kind: str, resource: dict[str, Any]) -> dict[str, Any]:
    path = reverse("scim:one", args=[hand.municipality.slug, f"{kind}s", resource["id"]])
    location = settings.PUBLIC_URL.rstrip("/") + path
    return resource | {"meta": {"resourceType": kind, "location": location, "version": _version(resource)}}


def _version(resource: Mapping[str, Any]) -> str:
    octets = json.dumps(resource, sort_keys=True, ensure_ascii=False).encode()
    return f'W/"{hashlib.sha256(octets).hexdigest()[:32]}"'


def _require_match(request: HttpRequest, resource: Mapping[str, Any]) -> None:
    wanted = request.headers.get("If-Match")
    if wanted and wanted != "*" and wanted != _version(resource):
        raise ScimRefused(412, "", "The resource has changed.")


def _body(request: HttpRequest) -> dict[str, Any]:
    if request.content_type not in {KIND, "application/json"}:
        raise ScimRefused(415, "", f"The content type is {KIND}.")
    try:
        found = json.loads(request.body)
    except (ValueError, RecursionError) as bad:
        raise wrong("The body is not JSON.", "invalidSyntax") from bad
    if not isinstance(found, dict):
        raise wrong("The body is an object.", "invalidSyntax")
    return found


def _refusal(refused: ScimRefused) -> HttpResponse:
    told = {"schemas": [schemas.ERROR], "status": str(refused.status), "detail": refused.detail}
    if refused.scim_type:
        told["scimType"] = refused.scim_type
    return _answer(told, status=refused.status)


def _answer(body: Mapping[str, Any], *, status: int = 200) -> HttpResponse:
    return HttpResponse(json.dumps(body, ensure_ascii=False), content_type=KIND, status=status)
