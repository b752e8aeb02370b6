"""署名鍵と時刻認証局: what seals, until when, and how those outside do; no secret and no path."""

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Any

from django.http import HttpRequest, HttpResponseBase
from django.shortcuts import render
from django.views.decorators.http import require_GET

from warifu import settings, wiring
from warifu.operations import models as operations
from warifu.operations import queries
from warifu.pades import certificates, keys
from warifu.pades import errors as pades_errors
from warifu.web import clock

from . import visitors


@require_GET
def seals(request: HttpRequest) -> HttpResponseBase:
    """Keys and timestamp authorities as an operator sees them 署名鍵と時刻認証局."""
    at = clock.now()
    key_rows, key_problem = _keys(at)
    authority_rows, authority_problem = _authorities()
    context = {
        "keys": key_rows,
        "key_problem": key_problem,
        "outlook": wiring.key_outlook(at=at),
        "refused_days": settings.SIGNER_REFUSED_DAYS,
        "authorities": authority_rows,
        "authority_problem": authority_problem,
        "nav": visitors.menu(request),
    }
    return render(request, "console/seals.html", context)


def _keys(at: datetime) -> tuple[list[dict[str, Any]], pades_errors.PadesError | None]:
    try:
        entries = wiring.key_entries()
        held = [entry.own_certificate() for entry in entries]
        titles = [keys.scheme_of(certificate).title for certificate in held]
    except pades_errors.PadesError as problem:
        return [], problem
    terms = [entry.own_term() for entry in entries]
    revoked = [
        wiring.is_revoked(entry, at=at) if at < term.expires_at else None
        for entry, term in zip(entries, terms, strict=True)
    ]
    words = _standings(terms, revoked, at)
    return [
        {
            "name": entry.name,
            "place": entry.place,
            "subject": certificates.common_name(certificate),
            "algorithm": title,
            "signs_from": term.signs_from,
            "signs_until": term.expires_at - timedelta(days=settings.SIGNER_REFUSED_DAYS),
            "expires_at": term.expires_at,
            "word": word,
            "tone": tone,
            "unasked": gone is None and at < term.expires_at,
        }
        for entry, certificate, title, term, gone, (word, tone) in zip(
            entries, held, titles, terms, revoked, words, strict=True
        )
    ], None


def _standings(terms: Sequence[keys.Term], revoked: Sequence[bool | None], at: datetime) -> list[tuple[str, str]]:
    """In the words of the page; the key in use is the one that the sealer takes (`Sealer`)."""
    margin = timedelta(days=settings.SIGNER_REFUSED_DAYS)
    order = keys.youngest_first(terms, margin=margin, at=at)
    current = next((number for number in order if not revoked[number]), None)
    return [
        ("失効", "void")
        if revoked[number]
        else ("使用中", "done")
        if number == current
        else _standing(term, margin, at)
        for number, term in enumerate(terms)
    ]


def _standing(term: keys.Term, margin: timedelta, at: datetime) -> tuple[str, str]:
    if at < term.signs_from:
        return "切替え待ち", "moving"
    if at >= term.expires_at:
        return "期限切れ", "void"
    if not term.may_sign(at, margin):
        return "署名停止", "stopped"
    return "控え", "idle"


def _authorities() -> tuple[list[dict[str, Any]], pades_errors.PadesError | None]:
    try:
        services = wiring.timestamper().services
    except pades_errors.PadesError as problem:
        return [], problem
    states = queries.authority_states(service.authority.name for service in services)
    return [
        _authority(number, service.authority.name, states.get(service.authority.name))
        for number, service in enumerate(services, start=1)
    ], None


def _authority(number: int, name: str, state: operations.AuthorityState | None) -> dict[str, Any]:
    if state is None:
        word, tone = "未使用", "idle"
    elif state.faults:
        word, tone = "障害", "stopped"
    else:
        word, tone = "正常", "done"
    skew = "" if state is None or state.skew_ms is None else _skew(state.skew_ms)
    return {"number": number, "name": name, "state": state, "word": word, "tone": tone, "skew": skew}


def _skew(milliseconds: int) -> str:
    return "0.1秒未満" if abs(milliseconds) < 100 else f"{milliseconds / 1000:+.1f}秒"
