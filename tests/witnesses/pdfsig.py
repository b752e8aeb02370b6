"""poppler's pdfsig with an NSS store that trusts the root. pdfsigによる検証

It cannot judge document timestamps, and from the second signature under one certificate on it no longer says whether
it trusts the certificate; so trust is asked of the first signature alone.
"""

from __future__ import annotations

import re
import subprocess
import tempfile

from tests.witnesses import opinions, specimens


def judge(specimen: specimens.Specimen) -> list[opinions.Opinion]:
    """Ask for each signature that it understands. 検証"""
    with tempfile.TemporaryDirectory() as folder:
        store = f"sql:{folder}"
        _run("certutil", "-N", "--empty-password", "-d", store)
        _run("certutil", "-A", "-n", "root", "-t", "CT,C,C", "-i", str(specimen.root), "-d", store)
        said = _run("pdfsig", "-no-ocsp", "-nssdir", store, str(specimen.path))
    found: list[opinions.Opinion] = []
    for part in re.split(r"Signature #\d+:", said)[1:]:
        if "ETSI.CAdES.detached" not in part:
            continue
        valid = "Signature is Valid." in part
        trusted = bool(found) or "Certificate is Trusted." in part
        found.append(opinions.Opinion("signature", valid and trusted, part))
    return found


def _run(*command: str) -> str:
    # pdfsig ends with a status of its own when a signature is not valid; its words say more.
    return subprocess.run(command, capture_output=True, text=True, timeout=60, check=False).stdout
