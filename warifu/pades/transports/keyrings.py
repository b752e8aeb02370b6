"""The operator's list of sealing keys, a TOML file, and its exchange while the service runs. 署名鍵の一覧"""

from __future__ import annotations

import functools
import logging
import tomllib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from asn1crypto import x509

from warifu.pades import errors, keys, locks

from . import keys as key_files
from . import pkcs11_keys

log = logging.getLogger(__name__)

_FILES = ("certificate", "key", "chain", "pkcs12", "password_file", "pin_file")
_Look = tuple[tuple[int, int, int] | None, ...]
_WORDS = {*_FILES, "name", "takes_over_at", "pkcs11_module", "pkcs11_token", "pkcs11_label", "pkcs11_id"}


@dataclass(frozen=True)
class Entry:
    """Where one key lies; exactly one of `key`, `pkcs12` and `hsm` is given. 署名鍵の所在"""

    name: str
    certificate: Path | None = None
    key: Path | None = None
    pkcs12: Path | None = None
    chain: Path | None = None
    secret: Path | None = None
    hsm: pkcs11_keys.Place | None = None
    takes_over_at: datetime | None = None

    def __post_init__(self) -> None:
        if sum(part is not None for part in (self.key, self.pkcs12, self.hsm)) != 1:
            raise errors.KeyUnusable(f"{self.name}: give one of key, pkcs12 and pkcs11_module")
        if self.pkcs12 is None and self.certificate is None:
            raise errors.KeyUnusable(f"{self.name}: the certificate is missing")
        if self.hsm is not None and not (self.hsm.token and (self.hsm.label or self.hsm.key_id) and self.secret):
            raise errors.KeyUnusable(f"{self.name}: give pkcs11_token, pkcs11_label or pkcs11_id, and pin_file")
        if self.hsm is not None and not _is_hexadecimal(self.hsm.key_id):
            raise errors.KeyUnusable(f"{self.name}: pkcs11_id is written in hexadecimal digits")

    @property
    def files(self) -> tuple[Path, ...]:
        """All files it is read from. ファイル"""
        found = (self.certificate, self.key, self.pkcs12, self.chain, self.secret)
        return tuple(file for file in found if file is not None)

    @property
    def place(self) -> str:
        """In words for an operator, without a path or a secret. 所在の説明"""
        if self.hsm is not None:
            return f"HSM（{self.hsm}）"
        protected = "暗号化済み" if self.secret else "暗号化なし"
        return f"PKCS#12ファイル（{protected}）" if self.pkcs12 else f"PEMファイル（{protected}）"

    def own_certificate(self) -> x509.Certificate:
        """The certificate alone: no private key is kept, no device is asked. 署名用証明書の読込

        Raises as `load` does.
        """
        return self.own_chain()[0]

    def own_chain(self) -> tuple[x509.Certificate, ...]:
        """The certificate and those that came along, as `own_certificate`. 署名用証明書チェーンの読込"""
        return _own_chain(self, tuple(_times(file) for file in self.files))

    def own_term(self) -> keys.Term:
        """When the key may sign, as `own_certificate`. 署名鍵の使用期間"""
        return keys.term_of(self.own_certificate(), self.takes_over_at)

    def load(self) -> keys.Held:
        """Open the key. Raises `errors.KeyUnusable`, `KeyUnavailable` or `CertificateUnusable`. 鍵を開く"""
        secret = key_files.read_secret(self.secret) if self.secret else None
        password = secret.encode() if secret is not None else None
        found: keys.SigningKey
        if self.pkcs12 is not None:
            found = key_files.load_pkcs12(file=self.pkcs12, password=password, chain=self.chain)
        elif self.certificate is None:
            raise errors.KeyUnusable(f"{self.name}: the certificate is missing")
        elif self.hsm is not None:
            certificate, chain = key_files.read_certificates(self.certificate, self.chain)
            found = pkcs11_keys.HsmKey(certificate, chain, place=self.hsm, pin=secret or "")
        elif self.key is not None:
            found = key_files.load_pem(key=self.key, certificate=self.certificate, chain=self.chain, password=password)
        return keys.Held(found, name=self.name, place=self.place, takes_over_at=self.takes_over_at)


def read(file: Path) -> tuple[Entry, ...]:
    """The keys of `[[key]]` tables; files named inside are relative to the list itself. 一覧の読込

    Raises `errors.KeyUnusable` with the place and the reason, never with a secret.
    """
    try:
        tables = tomllib.loads(file.read_text(encoding="utf-8")).get("key", [])
    except (OSError, ValueError) as error:
        raise errors.KeyUnusable(f"{file.name}: {type(error).__name__}: {error}") from error
    if not isinstance(tables, list) or not tables:
        raise errors.KeyUnusable(f"{file.name}: there is no [[key]]")
    entries = tuple(_entry(table, number, file) for number, table in enumerate(tables, start=1))
    if len({entry.name for entry in entries}) < len(entries):
        raise errors.KeyUnusable(f"{file.name}: two keys have the same name")
    return entries


def single(file: Path, *, key: Path | None, chain: Path | None, secret: Path | None) -> Entry:
    """The one key of a service without a list: a PKCS#12 file, or a certificate with its `key`. 単独の署名鍵"""
    if file.suffix.lower() in {".p12", ".pfx"}:
        return Entry("署名鍵", pkcs12=file, chain=chain, secret=secret)
    return Entry("署名鍵", certificate=file, key=key, chain=chain, secret=secret)


def _entry(table: Mapping[str, Any], number: int, file: Path) -> Entry:
    place = f"{file.name}, [[key]] {number}"
    unknown = sorted(set(table) - _WORDS)
    if unknown:
        raise errors.KeyUnusable(f"{place}: unknown {', '.join(unknown)}")
    moment = table.get("takes_over_at")
    if moment is not None and not (isinstance(moment, datetime) and moment.tzinfo):
        raise errors.KeyUnusable(f"{place}: takes_over_at must be a moment with its time zone")
    texts = {word: table[word] for word in _WORDS & set(table) if word != "takes_over_at"}
    wrong = sorted(word for word, value in texts.items() if not isinstance(value, str) or not value)
    if wrong or "name" not in texts:
        raise errors.KeyUnusable(f"{place}: {', '.join(wrong) or 'name'} must be text")
    paths = {word: file.parent / texts[word] for word in _FILES if word in texts}
    if "password_file" in paths and "pin_file" in paths:
        raise errors.KeyUnusable(f"{place}: give one of password_file and pin_file")
    hsm = None
    if "pkcs11_module" in texts:
        hsm = pkcs11_keys.Place(
            module=Path(texts["pkcs11_module"]),
            token=texts.get("pkcs11_token", ""),
            label=texts.get("pkcs11_label", ""),
            key_id=texts.get("pkcs11_id", ""),
        )
    return Entry(
        name=texts["name"],
        certificate=paths.get("certificate"),
        key=paths.get("key"),
        pkcs12=paths.get("pkcs12"),
        chain=paths.get("chain"),
        secret=paths.get("password_file") or paths.get("pin_file"),
        hsm=hsm,
        takes_over_at=moment,
    )


class WatchedKeyring(locks.Locked):
    """A keyring that follows its files: a running process takes over a new key without a restart. 署名鍵束の監視

    `entries` says which keys there are now, `list_file` where that is written, if it is. `current` looks at the files'
    times and sizes, which costs microseconds, and exchanges the keys of the one ring when they differ. A list or key
    that cannot be read changes nothing: the keys in use go on, the fault is logged and kept in `problem`.
    """

    def __init__(self, entries: Callable[[], Sequence[Entry]], *, list_file: Path | None, margin: timedelta) -> None:
        super().__init__()
        self._entries = entries
        self._list_file = list_file
        found = tuple(entries())
        self._seen = self._tried = self._look(found)
        self._files = found
        self._ring = keys.Keyring([entry.load() for entry in found], margin=margin)
        self.problem: errors.PadesError | None = None

    def current(self) -> keys.Keyring:
        """The ring, with the keys that its files hold now. 現在の署名鍵束"""
        with self._lock:
            there = self._look(self._files)
            # What failed is not tried again before somebody touches it, unless only a device was away.
            again = there != self._tried or (self.problem is not None and self.problem.retry)
            if there != self._seen and again:
                self._reload(there)
        return self._ring

    def _reload(self, there: _Look) -> None:
        try:
            found = tuple(self._entries())
            seen = self._look(found)
            self._ring.exchange([entry.load() for entry in found])
        except errors.PadesError as error:
            if self.problem is None or self.problem.detail != error.detail:
                log.error("the new keys cannot be used, the present ones stay: %s %s", error.code, error.detail)
            self._tried, self.problem = there, error
            return
        self._files, self._seen, self._tried, self.problem = found, seen, seen, None
        log.warning("sealing keys exchanged: %s", ", ".join(entry.name for entry in found))

    def _look(self, entries: Sequence[Entry]) -> _Look:
        files = [file for entry in entries for file in entry.files]
        return tuple(_times(file) for file in ([self._list_file] if self._list_file else []) + files)


@functools.lru_cache(maxsize=32)
def _own_chain(entry: Entry, times: tuple[tuple[int, int, int] | None, ...]) -> tuple[x509.Certificate, ...]:
    # Opening a PKCS#12 file costs as much as its password is protected: once, until the file is another.
    if entry.certificate is not None:
        certificate, others = key_files.read_certificates(entry.certificate, entry.chain)
        return certificate, *others
    key = entry.load().key
    return key.certificate, *key.chain


def _times(file: Path) -> tuple[int, int, int] | None:
    try:
        found = file.stat()
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size, found.st_ino


def _is_hexadecimal(text: str) -> bool:
    try:
        bytes.fromhex(text)
    except ValueError:
        return False
    return True
