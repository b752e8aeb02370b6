"""Files for the witnesses, sealed once; and PDFBox's answers about all of them, asked in one go. 証人の試験環境"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from pathlib import Path

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from tests.pades import pki as pkis
from tests.witnesses import opinions, pdfbox, specimens

Sealed = Mapping[str, specimens.Specimen]
Answer = Callable[[specimens.Specimen], list[opinions.Opinion]]


@pytest.fixture(scope="session")
def pki(tmp_path_factory: pytest.TempPathFactory) -> Iterator[pkis.Pki]:
    made = pkis.Pki(tmp_path_factory.mktemp("pki") / "authority")
    yield made
    made.close()


@pytest.fixture(scope="session")
def sealed(pki: pkis.Pki, tmp_path_factory: pytest.TempPathFactory) -> Sealed:
    """All specimens by name, a changed copy ("tampered"), and a good file under a root that did not issue it."""
    folder = tmp_path_factory.mktemp("sealed")
    made = {one.name: one for one in specimens.make(pki, folder)}
    made["tampered"] = specimens.tampered(made["consents-2"], folder)
    untrusted = folder / "untrusted.pdf"
    untrusted.write_bytes(made["consents-2"].path.read_bytes())
    made["untrusted"] = specimens.Specimen(untrusted, another_root(folder), 2)
    return made


def another_root(folder: Path) -> Path:
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "もう一つのルート認証局")])
    builder = (
        x509.CertificateBuilder(name, name, key.public_key(), 1)
        .not_valid_before(specimens.AT - timedelta(days=1))
        .not_valid_after(specimens.AT + timedelta(days=3650))
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
    )
    path = folder / "another-root.pem"
    path.write_bytes(builder.sign(key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture(scope="session")
def pdfbox_says(sealed: Sealed, tmp_path_factory: pytest.TempPathFactory) -> Answer:
    absent = pdfbox.missing()
    if absent is not None:
        pytest.skip(absent)
    classpath = pdfbox.build(tmp_path_factory.mktemp("classes"))
    answers: dict[specimens.Specimen, list[opinions.Opinion]] = {}
    for root in {one.root.read_bytes(): one.root for one in sealed.values()}.values():
        group = [one for one in sealed.values() if one.root.read_bytes() == root.read_bytes()]
        answers |= pdfbox.judge(classpath, root, group)
    return answers.__getitem__
