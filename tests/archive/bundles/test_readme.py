"""Commands of the README that a test of today's bundle does not reach."""

import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.pades import pki as pkis
from tests.pades import samples
from warifu.archive.bundles import readme
from warifu.pades import anatomy


@pytest.fixture
def pki(tmp_path: Path) -> Iterator[pkis.Pki]:
    made = pkis.Pki(tmp_path / "authority", now=datetime(2026, 5, 10, tzinfo=UTC))
    yield made
    made.close()


@pytest.mark.long
def test_responses_that_have_expired_since_still_say_what_they_said_then(pki: pkis.Pki, tmp_path: Path) -> None:
    file = tmp_path / "sealed.pdf"
    file.write_bytes(pki.sealer().single_seal(samples.contract(), field="Seal", party=None, at=pki.now))
    with file.open("rb") as source:
        found = anatomy.dissect(source)
    for folder in ("certificates", "revocation"):
        (tmp_path / folder).mkdir()
    for number, der in enumerate(found.certificates, start=1):
        (tmp_path / f"certificates/{number:02d}.pem").write_bytes(anatomy.as_pem(der))
    (tmp_path / "certificates/all.pem").write_bytes(b"".join(map(anatomy.as_pem, found.certificates)))
    responses = [(f"revocation/ocsp-{number:02d}.der", der) for number, der in enumerate(found.ocsps, start=1)]
    for name, der in responses:
        (tmp_path / name).write_bytes(der)
    (step,) = readme.revocation(readme.Parts(found.certificates, responses, []))
    bare = {"PATH": "/usr/bin:/bin", "ANCHORS": str(pki.directory / "root.pem")}
    command = ["bash", "-c", f"set -eu\n{step.commands}"]
    done = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert done.returncode == 0, step.commands + done.stderr
    assert done.stdout.split() == ["2"] * len(responses)
