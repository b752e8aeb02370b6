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


@pytest.fixture
def said_by_pdfsig(pki: pkis.Pki, tmp_path: Path) -> str:
    if shutil.which("pdfsig") is None or shutil.which("certutil") is None:
        pytest.skip("pdfsig or certutil is not installed")
    store = tmp_path / "nss"
    store.mkdir()
    run("certutil", "-N", "--empty-password", "-d", f"sql:{store}")
    root = str(pki.directory / "root.pem")
    run("certutil", "-A", "-n", "root", "-t", "CT,C,C", "-i", root, "-d", f"sql:{store}")
    file = tmp_path / "sealed.pdf"
    file.write_bytes(pki.sealer().single_seal(samples.contract(), field="Seal", party=None, at=pkis.SEALED))
    return run("pdfsig", "-no-ocsp", "-nssdir", f"sql:{store}", str(file)).split("Signature #2")[0]


def test_pdfsig_calls_the_signature_valid(said_by_pdfsig: str) -> None:
    assert "Signature is Valid." in said_by_pdfsig
    assert "ETSI.CAdES.detached" in said_by_pdfsig


def test_pdfsig_calls_the_certificate_trusted(said_by_pdfsig: str) -> None:
    assert "Certificate is Trusted." in said_by_pdfsig
