"""The document security store: what a file carries to prove itself (ISO 32000-2, 12.8.4.3). DSS"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from functools import lru_cache
from typing import Any

from asn1crypto import crl, ocsp, x509

from . import chains, growth, syntax

_KINDS: dict[str, Any] = {"/Certs": x509.Certificate, "/OCSPs": ocsp.OCSPResponse, "/CRLs": crl.CertificateList}
_RELATED = {"/Cert": "/Certs", "/OCSP": "/OCSPs", "/CRL": "/CRLs"}


def extend(file: growth.GrowingFile, update: growth.Update, proven: Iterable[chains.Chain]) -> None:
    """Put certificates, OCSP responses and lists of these chains into the store; what is there already stays. DSS追加

    No VRI: it is optional, EN 319 142-1, 5.4.2.3 advises against it, and nobody here reads it.
    """
    chosen = list(proven)
    wanted = {
        "/Certs": [bytes(one.dump()) for chain in chosen for one in chain.certificates],
        "/OCSPs": [bytes(one.dump()) for chain in chosen for one in chain.ocsps],
        "/CRLs": [bytes(one.dump()) for chain in chosen for one in chain.crls],
    }
    store = update.own_object("/DSS", b"<< /Type /DSS >>")
    for key, contents in wanted.items():
        for content in _unknown(file, update, store, key, contents):
            target = update.put(update.reference(), _packed(content))
            file.stored[target[0]] = hashlib.sha256(content).digest()
            update.extend(store, key, syntax.referring(target))


def _unknown(
    file: growth.GrowingFile, update: growth.Update, store: growth.Reference, key: str, contents: list[bytes]
) -> list[bytes]:
    held = update.items(update.dictionary(syntax.referring(store)).get(key))
    known = {_digest(file, target) for target in map(syntax.reference, held) if target is not None}
    unique = {hashlib.sha256(content).digest(): content for content in contents}
    return [content for digest, content in unique.items() if digest not in known]


def _digest(file: growth.GrowingFile, target: growth.Reference) -> bytes:
    return file.stored.get(target[0]) or hashlib.sha256(file.parsed(target).data).digest()


def only_extended(reader: Any, *, revision: int) -> bool:
    """Whether the store has all that it had in `revision`, and nothing that does not belong there. DSSの不変

    Every stream must be what its list says; ISO 32000-2, tables 261 and 262.
    """
    held, now = _contents(reader.get_historical_root(revision)), _contents(reader.root)
    return held is not None and now is not None and held <= now


def _contents(root: Any) -> set[tuple[str, bytes]] | None:
    if "/DSS" not in root:
        return set()
    store = root["/DSS"]
    if not set(store) <= {*_KINDS, "/VRI", "/Type"}:
        return None
    found: set[tuple[str, bytes]] = set()
    lists = [(key, store[key]) for key in _KINDS if key in store]
    for related in store["/VRI"].values() if "/VRI" in store else ():
        entry = related.get_object()
        if not set(entry) <= {*_RELATED, "/Type", "/TU", "/TS"}:
            return None
        lists += [(kind, entry[key]) for key, kind in _RELATED.items() if key in entry]
    for kind, listed in lists:
        for index in range(len(listed)):
            content = listed[index].data
            if not _is(kind, content):
                return None
            found.add((kind, hashlib.sha256(content).digest()))
    return found


def _is(kind: str, content: bytes) -> bool:
    try:
        _KINDS[kind].load(content, strict=True)
    except (ValueError, TypeError):
        return False
    return True


@lru_cache(maxsize=64)
def _packed(content: bytes) -> bytes:
    return syntax.stream(content)
