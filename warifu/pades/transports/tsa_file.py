"""The operator's list of timestamp authorities, a TOML file. 時刻認証局の設定ファイル"""

from __future__ import annotations

import ssl
import tomllib
from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path
from typing import Any

from warifu.pades import errors, tokens

from . import tsa

_WORDS = {
    "name",
    "url",
    "policies",
    "timeout_seconds",
    "max_skew_seconds",
    "max_accuracy_seconds",
    "user",
    "password_file",
    "ca_file",
    "client_certificate_file",
    "client_key_file",
    "client_key_password_file",
}


def read(file: Path, *, seconds: float) -> tuple[tsa.Service, ...]:
    """The authorities of `[[tsa]]` tables, in order; `seconds` is the time-out where none is given. 設定の読込

    Files named inside are relative to the list itself; passwords are read from files only. Raises
    `errors.AuthorityUnusable` with the place and the reason, never with a secret.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("tsa", [])
    except (OSError, ValueError) as error:
        raise errors.AuthorityUnusable(f"{file.name}: {type(error).__name__}: {error}") from error
    if not isinstance(tables, list) or not tables:
        raise errors.AuthorityUnusable(f"{file.name}: there is no [[tsa]]")
    return tuple(_service(table, number, file, seconds) for number, table in enumerate(tables, start=1))


def _service(table: Mapping[str, Any], number: int, file: Path, seconds: float) -> tsa.Service:
    place = f"{file.name}, [[tsa]] {number}"
    unknown = sorted(set(table) - _WORDS)
    if unknown:
        raise errors.AuthorityUnusable(f"{place}: unknown {', '.join(unknown)}")
    try:
        accuracy = table.get("max_accuracy_seconds")
        authority = tokens.Authority(
            name=_text(table, "name"),
            policies=tuple(_dotted(policy) for policy in table.get("policies", [])),
            max_skew=timedelta(seconds=_positive(table.get("max_skew_seconds", 300))),
            max_accuracy=None if accuracy is None else timedelta(seconds=_positive(accuracy)),
        )
        user, password = table.get("user", ""), _secret(table, "password_file", file)
        if bool(user) != bool(password):
            raise ValueError("user and password_file belong together")
        return tsa.Service(
            authority=authority,
            url=_text(table, "url"),
            seconds=_positive(table.get("timeout_seconds", seconds)),
            user=user,
            password=password or "",
            tls=_tls(table, file),
        )
    except (KeyError, TypeError, ValueError, OSError) as error:
        raise errors.AuthorityUnusable(f"{place}: {type(error).__name__}: {error}") from error


def _text(table: Mapping[str, Any], word: str) -> str:
    value = table[word]
    if not isinstance(value, str) or not value.strip():
        raise ValueError(f"{word} must be text")
    return value.strip()


def _dotted(value: object) -> str:
    if not isinstance(value, str) or not all(part.isdigit() for part in value.split(".")):
        raise ValueError("policies are written as dotted numbers")
    return value


def _positive(value: object) -> float:
    if isinstance(value, bool) or not isinstance(value, int | float) or not 0 < value < 86400:
        raise ValueError("seconds must be a number above 0")
    return float(value)


def _beside(table: Mapping[str, Any], word: str, file: Path) -> Path | None:
    return file.parent / _text(table, word) if word in table else None


def _secret(table: Mapping[str, Any], word: str, file: Path) -> str | None:
    place = _beside(table, word, file)
    return place.read_text(encoding="utf-8").strip() if place else None


def _tls(table: Mapping[str, Any], file: Path) -> ssl.SSLContext | None:
    authorities, certificate = _beside(table, "ca_file", file), _beside(table, "client_certificate_file", file)
    if authorities is None and certificate is None:
        return None
    context = ssl.create_default_context(cafile=str(authorities) if authorities else None)
    context.minimum_version = ssl.TLSVersion.TLSv1_2
    if certificate is not None:
        # Without a password OpenSSL would ask on the terminal, and a service would wait there for ever.
        password = _secret(table, "client_key_password_file", file) or ""
        context.load_cert_chain(certificate, _beside(table, "client_key_file", file), password=password)
    return context
