"""What programs that are not ours say about our seal. 他の検証プログラム"""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from tests.pades import samples


def run(*command: str) -> str:
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return done.stdout


def test_pdfsig_calls_the_signature_valid_and_the_certificate_trusted(pki: pkis.Pki, tmp_path: Path) -> None:
    if shutil.which("pdfsig") is None or shutil.which("certutil") is None:
        pytest.skip("pdfsig or certutil is not installed")
    store = tmp_path / "nss"
    store.mkdir()
    run("certutil", "-N", "--empty-password", "-d", f"sql:{store}")
    root = str(pki.directory / "root.pem")
    run("certutil", "-A", "-n", "root", "-t", "CT,C,C", "-i", root, "-d", f"sql:{store}")
    file = tmp_path / "sealed.pdf"
    file.write_bytes(pki.sealer().single_seal(samples.contract(), field="Seal", party=None, at=pkis.SEALED))
    said = run("pdfsig", "-no-ocsp", "-nssdir", f"sql:{store}", str(file))
    first = said.split("Signature #2")[0]
    assert "Signature is Valid." in first
    assert "Certificate is Trusted." in first
    assert "ETSI.CAdES.detached" in first
