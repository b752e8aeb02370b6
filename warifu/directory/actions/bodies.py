"""A body that joins, goes live, rests and comes back; each stands in its ledger and in the service's 団体の利用段階."""

import re
from datetime import date, datetime

from django.db import transaction

from warifu.audit import actions as audit
from warifu.audit.actor import Actor
from warifu.audit.record import JsonScalar
from warifu.directory import errors, models
from warifu.directory.stages import Stage
from warifu.japan import bodies


def begin_body(*, code: str, name: str, slug: str, by: Actor, at: datetime) -> models.Municipality:
    """A municipality or union in preparation; its ledger begins here, its key with the first file 団体の追加.

    `code` is the 団体コード with its check digit. Raises errors.CodeTaken, errors.NameTaken.
    """
    if not bodies.is_municipal_code(code):
        raise errors.CodeTaken("団体コードの数字が合いません。検査数字を含む6桁を確かめてください。")
    if not re.fullmatch(r"[a-z][a-z0-9-]{1,39}", slug):
        raise errors.NameTaken("略号は、英小文字で始まる英小文字・数字・ハイフン（40字まで）で入力してください。")
    with transaction.atomic():
        there = models.Municipality.objects
        if there.filter(code=code).exists():
            raise errors.CodeTaken("この団体コードの団体は、すでに登録されています。一覧で確かめてください。")
        if there.filter(name=name).exists() or there.filter(slug=slug).exists():
            raise errors.NameTaken("この名称又は略号の団体は、すでに登録されています。一覧で確かめてください。")
        body = there.create(code=code, name=name, slug=slug, stage=Stage.PREPARING)
        _note("begin_body", body, by=by, at=at, name=name)
    return body


def go_live(*, municipality: models.Municipality, live_on: date, by: Actor, at: datetime) -> models.Municipality:
    """From this day in Japan its people come in and send; raises errors.NotNow unless it is in preparation 利用開始."""
    body = _moved(municipality, before={Stage.PREPARING}, after=Stage.LIVE, live_on=live_on)
    with transaction.atomic():
        body.save(update_fields=["stage", "live_on"])
        _note("go_live", body, by=by, at=at, live_on=live_on.isoformat())
    return body


def rest_body(*, municipality: models.Municipality, reason: str, by: Actor, at: datetime) -> models.Municipality:
    """Nothing new is begun; what is under way goes on, what is there stays readable. Raises errors.NotNow 休止."""
    body = _moved(municipality, before={Stage.LIVE}, after=Stage.RESTING, live_on=municipality.live_on)
    with transaction.atomic():
        body.save(update_fields=["stage"])
        _note("rest_body", body, by=by, at=at, reason=reason)
    return body


def wake_body(*, municipality: models.Municipality, reason: str, by: Actor, at: datetime) -> models.Municipality:
    """What rested works again; raises errors.NotNow 再開."""
    body = _moved(municipality, before={Stage.RESTING}, after=Stage.LIVE, live_on=municipality.live_on)
    with transaction.atomic():
        body.save(update_fields=["stage"])
        _note("wake_body", body, by=by, at=at, reason=reason)
    return body


def _moved(
    municipality: models.Municipality, *, before: set[Stage], after: Stage, live_on: date | None
) -> models.Municipality:
    body = models.Municipality.objects.get(pk=municipality.pk)
    if Stage(body.stage) not in before:
        raise errors.NotNow(f"{body.name}は「{Stage(body.stage).label}」のため、この操作はできません。")
    body.stage, body.live_on = after, live_on
    return body


def _note(verb: str, body: models.Municipality, *, by: Actor, at: datetime, **facts: JsonScalar) -> None:
    # In the order of their names, as the ledger asks of who writes two.
    for ledger in sorted({body.code, "service"}):
        audit.append(
            ledger=ledger,
            action=f"directory.{verb}",
            target=f"municipality:{body.code}",
            by=by,
            at=at,
            facts=facts,
        )
