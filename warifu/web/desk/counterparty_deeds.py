"""取引先の操作: its standing, addresses, delegates and notes, each on a page that says what will happen."""

from collections.abc import Callable
from http import HTTPStatus
from typing import Any
from uuid import UUID

from django import forms as django_forms
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponseBase, QueryDict
from django.shortcuts import redirect, render
from django.views.decorators.http import require_http_methods

from warifu.access import person as access
from warifu.directory import actions, errors, models, recipient_rules
from warifu.japan import calendar
from warifu.web import clock

from . import counterparty_forms as forms
from . import door
from .counterparties import firm_or_404, refused

Deed = Callable[[], str]
_SENT_STAYS = "すでに送信した契約は、送信したときの内容のまま変わりません。"
_KEPT = "理由と操作した職員は、取引先の画面又は操作ログに残ります。"


@require_http_methods(["GET", "POST"])
@door.staff_page
def stop(request: HttpRequest, person: access.Person, counterparty_id: UUID) -> HttpResponseBase:
    """It is not chosen for contracts any more 取引先の停止."""
    firm, form = firm_or_404(person, counterparty_id), forms.ReasonForm(_sent(request))

    def act() -> str:
        reason = form.cleaned_data["reason"]
        actions.stop_counterparty(counterparty_id=firm.pk, reason=reason, by=person.actor, at=clock.now())
        return f"{firm.name}の利用を停止しました。"

    then = [
        "起案で、相手方として選べなくなります。選んである起案は、承認の依頼も送信もできません。",
        f"{_SENT_STAYS}合意待ちの契約を止めるときは、契約の画面で取り下げてください。",
        f"いつでも再開できます。{_KEPT}",
    ]
    return _deed(request, firm, form, act, "取引先の利用を停止する", "停止する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def resume(request: HttpRequest, person: access.Person, counterparty_id: UUID) -> HttpResponseBase:
    """It may be chosen again 取引先の再開."""
    firm, form = firm_or_404(person, counterparty_id), forms.ReasonForm(_sent(request))

    def act() -> str:
        reason = form.cleaned_data["reason"]
        actions.resume_counterparty(counterparty_id=firm.pk, reason=reason, by=person.actor, at=clock.now())
        return f"{firm.name}の利用を再開しました。"

    then = [f"停止の理由は「{firm.stopped_reason}」です。"] if firm.stopped_reason else []
    then.append(f"起案で、相手方として選べるようになります。{_KEPT}")
    return _deed(request, firm, form, act, "取引先の利用を再開する", "再開する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def address(
    request: HttpRequest, person: access.Person, counterparty_id: UUID, address_id: int | None = None
) -> HttpResponseBase:
    """A further address, new or mended 宛先の登録・訂正."""
    firm = firm_or_404(person, counterparty_id)
    kept = None if address_id is None else _address(firm, address_id)
    form = forms.ContactForm(_sent(request), initial=_initial(kept, forms.ContactForm))

    def act() -> str:
        saved = actions.save_address(
            counterparty_id=firm.pk,
            address_id=address_id,
            entry=actions.AddressEntry(**form.cleaned_data),
            by=person.actor,
            at=clock.now(),
        )
        _warn(request, person, saved.mail)
        return f"{saved}さんの宛先を登録しました。"

    then = [
        "契約締結権限者の宛先は、起案で相手方の宛先として選べます。担当者の宛先には、合意の依頼を送りません。",
        _SENT_STAYS,
    ]
    heading = "宛先を登録する" if kept is None else "宛先の登録を訂正する"
    return _deed(request, firm, form, act, heading, "登録する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def stop_address(
    request: HttpRequest, person: access.Person, counterparty_id: UUID, address_id: int
) -> HttpResponseBase:
    """Nothing is sent there any more 宛先の停止."""
    firm = firm_or_404(person, counterparty_id)
    kept, form = _address(firm, address_id), forms.ReasonForm(_sent(request))

    def act() -> str:
        actions.stop_address(address=kept, reason=form.cleaned_data["reason"], by=person.actor, at=clock.now())
        return f"{kept}さんの宛先の使用を停止しました。"

    then = [
        f"{kept}さん（{kept.mail}）を、起案で選べなくなります。選んである起案は、宛先を選び直すまで送信できません。"
    ]
    return _deed(request, firm, form, act, "宛先の使用を停止する", "停止する", [*then, _SENT_STAYS, _KEPT])


@require_http_methods(["GET", "POST"])
@door.staff_page
def resume_address(
    request: HttpRequest, person: access.Person, counterparty_id: UUID, address_id: int
) -> HttpResponseBase:
    """It may be used again 宛先の再開."""
    firm = firm_or_404(person, counterparty_id)
    kept, form = _address(firm, address_id), forms.ReasonForm(_sent(request))

    def act() -> str:
        actions.resume_address(address=kept, reason=form.cleaned_data["reason"], by=person.actor, at=clock.now())
        return f"{kept}さんの宛先の使用を再開しました。"

    then = [f"{kept}さん（{kept.mail}）を、起案で選べるようになります。{_KEPT}"]
    return _deed(request, firm, form, act, "宛先の使用を再開する", "再開する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def delegate(
    request: HttpRequest, person: access.Person, counterparty_id: UUID, delegate_id: int | None = None
) -> HttpResponseBase:
    """A branch manager with delegated power, new or mended 受任者の登録・訂正."""
    firm = firm_or_404(person, counterparty_id)
    kept = None if delegate_id is None else _delegate(firm, delegate_id)
    form = forms.DelegateForm(_sent(request), initial=_initial(kept, forms.DelegateForm) or {"ground": "委任状"})

    def act() -> str:
        saved = actions.save_delegate(
            counterparty_id=firm.pk,
            delegate_id=delegate_id,
            entry=actions.DelegateEntry(**form.cleaned_data),
            by=person.actor,
            at=clock.now(),
        )
        _warn(request, person, saved.mail)
        return f"受任者{saved}さんを登録しました。"

    then = [
        "契約日が委任期間の中にある契約で、相手方の宛先として選べます。",
        "支店・営業所、役職、氏名と委任の根拠は、送信した契約と締結証明書に残ります。",
        _SENT_STAYS,
    ]
    heading = "受任者を登録する" if kept is None else "受任者の登録を訂正する"
    return _deed(request, firm, form, act, heading, "登録する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def end_delegate(
    request: HttpRequest, person: access.Person, counterparty_id: UUID, delegate_id: int
) -> HttpResponseBase:
    """The delegation's last day comes earlier 委任の終了."""
    firm = firm_or_404(person, counterparty_id)
    kept, form = _delegate(firm, delegate_id), forms.LastDayForm(_sent(request))

    def act() -> str:
        day, reason = form.cleaned_data["ends_on"], form.cleaned_data["reason"]
        actions.end_delegate(delegate=kept, last_day=day, reason=reason, by=person.actor, at=clock.now())
        return f"受任者{kept}さんの委任を、{calendar.wareki(day)}で終了します。"

    then = [f"最後の日の翌日からの契約で、{kept}さんを選べなくなります。{_SENT_STAYS}", _KEPT]
    return _deed(request, firm, form, act, "委任を終了する", "終了する", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def note(request: HttpRequest, person: access.Person, counterparty_id: UUID) -> HttpResponseBase:
    """A note for colleagues メモの記入."""
    firm, form = firm_or_404(person, counterparty_id), forms.NoteForm(_sent(request))

    def act() -> str:
        text = form.cleaned_data["reason"]
        actions.write_note(counterparty_id=firm.pk, text=text, by=person.actor, at=clock.now())
        return "メモを残しました。"

    then = ["この団体の職員だけが読めます。取引先には見えません。個人の秘密に当たる内容は書かないでください。"]
    return _deed(request, firm, form, act, "メモを書く", "メモを残す", then)


@require_http_methods(["GET", "POST"])
@door.staff_page
def remove_note(request: HttpRequest, person: access.Person, counterparty_id: UUID, note_id: int) -> HttpResponseBase:
    """The note is taken away メモの削除."""
    firm = firm_or_404(person, counterparty_id)
    kept = next((one for one in firm.notes.all() if one.pk == note_id), None)
    if kept is None:
        raise Http404

    def act() -> str:
        actions.remove_note(note=kept, by=person.actor, at=clock.now())
        return "メモを削除しました。"

    written = (
        f"{kept.written_by}さんが{calendar.wareki(calendar.day_in_japan(kept.written_at))}に書いたメモを削除します。"
    )
    then = [f"{written}元に戻せません。", f"「{kept.text}」"]
    return _deed(request, firm, django_forms.Form(_sent(request)), act, "メモを削除する", "削除する", then)


def _deed(
    request: HttpRequest,
    firm: models.Counterparty,
    form: django_forms.Form,
    act: Deed,
    heading: str,
    button: str,
    then: list[str],
) -> HttpResponseBase:
    status = HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
    if request.method == "POST" and form.is_valid():
        try:
            done = act()
        except errors.Refusal as refusal:
            status = refused(form, refusal)
        else:
            messages.success(request, done)
            return redirect("desk:counterparty", firm.pk)
    context = {"firm": firm, "form": form, "heading": heading, "button": button, "then": then}
    return render(request, "desk/counterparty_deed.html", context, status=status)


def _sent(request: HttpRequest) -> QueryDict | None:
    return request.POST if request.method == "POST" else None


def _initial(kept: object, form: type[django_forms.Form]) -> dict[str, Any]:
    return {} if kept is None else {name: getattr(kept, name) for name in form.base_fields}


def _address(firm: models.Counterparty, address_id: int) -> models.ContactAddress:
    found = next((one for one in firm.addresses.all() if one.pk == address_id), None)
    if found is None:
        raise Http404
    return found


def _delegate(firm: models.Counterparty, delegate_id: int) -> models.Delegate:
    found = next((one for one in firm.delegates.all() if one.pk == delegate_id), None)
    if found is None:
        raise Http404
    return found


def _warn(request: HttpRequest, person: access.Person, mail: str) -> None:
    if told := recipient_rules.judgement_of(person.municipality, mail).sentence:
        messages.warning(request, f"メールアドレスを確かめてください。{told}")
