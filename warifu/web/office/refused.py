"""Refusals of the directory, beside the field that they are about 登録の断り."""

from http import HTTPStatus
from typing import Protocol

from django import forms


class Told(Protocol):
    """A refusal of a room: its sentence, and the field that it is about 断り."""

    about: str
    message: str


def into(form: forms.Form, refusal: Told) -> HTTPStatus:
    """Say it on the form, which keeps what was typed; returns the answer's status 断りの表示."""
    form.add_error(refusal.about if refusal.about in form.fields else None, refusal.message)
    return HTTPStatus.CONFLICT


def status_of(form: forms.Form) -> HTTPStatus:
    """422 for a form that cannot be read, else 200 入力の状態."""
    return HTTPStatus.UNPROCESSABLE_ENTITY if form.errors else HTTPStatus.OK
