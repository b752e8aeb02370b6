"""OpenSSL on the CMS and the tokens cut out of a file, and on the revocation data of its DSS. OpenSSLによる検証"""

from __future__ import annotations

import re
import subprocess
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

import pikepdf
from asn1crypto import pem, x509

from tests.witnesses import embedded, opinions, specimens

PROGRAM = "openssl"


def judge(specimen: specimens.Specimen) -> list[opinions.Opinion]:
    """Verify each signature, signature timestamp and document timestamp. 検証"""
    found = []
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        for index, one in enumerate(embedded.found_in(specimen.path.read_bytes())):
            place = folder / str(index)
            place.mkdir()
            if one.is_timestamp:
                found.append(_token(place, one.content, one.covered, specimen.root, "document timestamp"))
                continue
            found.append(_cms(place, one, specimen.root))
            found += [_token(place, der, one.signature, specimen.root, "signature timestamp") for der in one.tokens]
    return found


def revocation(specimen: specimens.Specimen) -> list[opinions.Opinion]:
    """Verify every OCSP response and every list of the DSS for the certificates it is about. 失効情報の検証"""
    with pikepdf.open(specimen.path) as pdf, tempfile.TemporaryDirectory() as name:
        store, folder = pdf.Root.DSS, Path(name)
        certificates = [x509.Certificate.load(stream.read_bytes()) for stream in store.get("/Certs", [])]
        bundle = _pem(folder / "all.pem", "CERTIFICATE", (one.dump() for one in certificates))
        lists = [stream.read_bytes() for stream in store.get("/CRLs", [])]
        trusted = folder / "trusted.pem"
        _pem(trusted, "X509 CRL", lists)
        trusted.write_bytes(trusted.read_bytes() + specimen.root.read_bytes())
        found = []
        for one in certificates:
            if one.ca and one.issuer != one.subject:
                file = _pem(folder / "authority.pem", "CERTIFICATE", [one.dump()])
                good, words = _run("verify", *_at(), "-crl_check_all", "-CAfile", trusted, file)
                found.append(opinions.Opinion("crl", good, words))
        for stream in store.get("/OCSPs", []):
            response = folder / "response.der"
            response.write_bytes(stream.read_bytes())
            good, words = _run("ocsp", *_at(), "-respin", response, "-CAfile", specimen.root, "-resp_text")
            about = next(one for one in certificates if f"{one.serial_number:X}" in words.replace(":", "").upper())
            issuer = next(one for one in certificates if one.subject == about.issuer and one.ca)
            good, words = _run(
                "ocsp",
                *_at(),
                *("-respin", response, "-no_nonce", "-validity_period", "86400"),
                *("-issuer", _pem(folder / "issuer.pem", "CERTIFICATE", [issuer.dump()])),
                *("-cert", _pem(folder / "about.pem", "CERTIFICATE", [about.dump()])),
                *("-CAfile", specimen.root, "-verify_other", bundle),
            )
            answered = "Response verify OK" in words and re.search(r": good\b", words) is not None
            found.append(opinions.Opinion("ocsp", good and answered, words))
        return found


def _cms(place: Path, one: embedded.Embedded, root: Path) -> opinions.Opinion:
    (place / "signature.der").write_bytes(one.content)
    (place / "covered").write_bytes(one.covered)
    good, words = _run(
        *("cms", "-verify", "-binary", "-cades", "-inform", "DER", "-purpose", "any"),
        *_at(),
        *("-in", place / "signature.der", "-content", place / "covered", "-CAfile", root, "-out", place / "out"),
    )
    same = good and (place / "out").read_bytes() == one.covered
    return opinions.Opinion("signature", good and same, words)


def _token(place: Path, der: bytes, covered: bytes, root: Path, kind: str) -> opinions.Opinion:
    (place / "token.der").write_bytes(der)
    (place / "stamped").write_bytes(covered)
    signed = embedded.Embedded((0, 0, 0, 0), covered, der)
    chain = _pem(place / "chain.pem", "CERTIFICATE", signed.certificates)
    good, words = _run(
        *("ts", "-verify", "-token_in", "-in", place / "token.der", "-data", place / "stamped"),
        *_at(),
        *("-CAfile", root, "-untrusted", chain),
    )
    return opinions.Opinion(kind, good, words)


def _at() -> Iterator[str]:
    yield from ("-attime", str(int(specimens.AT.timestamp()) + 60))


def _pem(path: Path, kind: str, values: Iterable[bytes]) -> Path:
    path.write_bytes(b"".join(pem.armor(kind, value) for value in values))
    return path


def _run(*command: str | Path) -> tuple[bool, str]:
    done = subprocess.run([PROGRAM, *command], capture_output=True, timeout=60, check=False)
    return done.returncode == 0, (done.stdout + done.stderr).decode(errors="replace")
