"""EU DSS, the reference implementation of the European Commission, as a judge of our files. DSSによる検証

    python -m tests.witnesses.dss CLASSPATH [--long]

seals specimens and real documents, hands all of them to `conformance/` and prints what DSS said; see `bin/conformance`.
"""

from __future__ import annotations

import argparse
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from cryptography import x509

from tests.pades import pki as pkis
from tests.pades import samples
from tests.witnesses import specimens
from trialpki import revocations
from warifu.pades import intake

CORPORA = Path(__file__).resolve().parents[3] / "shared" / "corpora"
FOLDERS = ("japanese", "pdfa", "parser", "parser-cjk", "hidden-data")
# At the moment of the seal itself DSS calls the revocation data as old as the signature.
LATER = timedelta(minutes=30)
ENOUGH = 5


@dataclass(frozen=True)
class Line:
    """One line that `Conformance.java` prints. 出力行"""

    path: Path
    kind: str
    identifier: str
    first: str
    second: str
    third: str


def asked(classpath: str, files: Sequence[specimens.Specimen]) -> list[Line]:
    """What DSS says of these files, from their own data and the given root alone. DSSへの照会"""
    at = (specimens.AT + LATER).isoformat().replace("+00:00", "Z")
    request = "".join(f"{one.path}\t{one.root}\t{at}\n" for one in files)
    command = ["java", "-Xmx1g", "-cp", classpath, "Conformance"]
    done = subprocess.run(command, input=request.encode(), stdout=subprocess.PIPE, timeout=3600, check=True)
    parts = (line.split("\t") for line in done.stdout.decode().splitlines())
    return [Line(Path(one[0]), one[1], one[2], one[3], one[4], one[5]) for one in parts if len(one) == 6]


def shortcomings(specimen: specimens.Specimen, lines: Sequence[Line]) -> list[str]:
    """Why DSS's answer is less than TOTAL_PASSED and the specimen's level for each signature. 不足"""
    mine = [line for line in lines if line.path == specimen.path]
    found = [
        f"{line.kind}: {line.first} {line.second}" for line in mine if line.kind in ("failure", "error", "changed")
    ]
    signatures = [line for line in mine if line.kind == "signature"]
    stamps = [line for line in mine if line.kind == "timestamp"]
    found += [f"{one.first} {one.second}" for one in signatures if one.first != "TOTAL_PASSED"]
    found += [f"level {one.third}" for one in signatures if one.third != specimen.level]
    found += [f"timestamp {one.first} {one.second}" for one in stamps if one.first != "PASSED"]
    if len(signatures) != specimen.signatures:
        found.append(f"{len(signatures)} signatures instead of {specimen.signatures}")
    if sum(one.third == "DOCUMENT_TIMESTAMP" for one in stamps) != specimen.document_timestamps:
        found.append("another number of document timestamps")
    return found


def documents(pki: pkis.Pki, folder: Path, *, most: int | None) -> Iterator[specimens.Specimen]:
    """Real documents that intake accepts, with two consents and the archive timestamp. 実文書の封緘"""
    taken = 0
    for kind in FOLDERS:
        for path in sorted((CORPORA / kind).glob("*.pdf")):
            if most is not None and taken >= most:
                return
            normalised = folder / "normalised.pdf"
            found = intake.examine(path, normalised)
            if found.reason is not None or found.lane is not intake.Lane.NORMALISE:
                continue
            sealed = folder / f"{kind}-{path.stem}.pdf"
            sealed.write_bytes(specimens.consented(pki, normalised.read_bytes(), 2))
            taken += 1
            yield specimens.Specimen(sealed, pki.directory / "root.pem", 2)


def revoked_later(pki: pkis.Pki, folder: Path) -> specimens.Specimen:
    """A consent whose certificate is revoked an hour after it, archived another hour after that. 署名後の失効"""
    other = specimens.with_key(pki.directory, folder / "authority-revoked", "p-256")
    path, consented_at = folder / "revoked-later.pdf", specimens.AT - timedelta(hours=2)
    try:
        sealer, source, other.now = other.sealer(), samples.contract(), consented_at
        party = samples.statement("岩手 太郎", source=source, at=consented_at)
        signed = sealer.consent_revision(source, field="Consent1", party=party, at=consented_at)
        serial, revoked_at = other.key.certificate.serial_number, specimens.AT - timedelta(hours=1)
        revocations.record(
            other.directory, revocations.Revocation("signer", serial, revoked_at, x509.ReasonFlags.key_compromise)
        )
        other.now = specimens.AT
        path.write_bytes(sealer.archive_revision(signed, at=specimens.AT))
    finally:
        other.close()
    return specimens.Specimen(path, pki.directory / "root.pem", 1)


def main() -> int:
    """Seal, ask, print; 0 when DSS has nothing against any file. 適合試験"""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("classpath")
    parser.add_argument("--long", action="store_true", help="every accepted file beside the project, not a few")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        pki = pkis.Pki(folder / "authority")
        try:
            # Without archive timestamp DSS would want the revocation data of this very minute, online.
            files = [one for one in specimens.make(pki, folder) if one.level.endswith("LTA")]
            control = specimens.tampered(files[1], folder)
            files.append(revoked_later(pki, folder))
            files += documents(pki, folder, most=None if arguments.long else ENOUGH)
        finally:
            pki.close()
        return _told(files, control, asked(arguments.classpath, [*files, control]))


def _told(files: Sequence[specimens.Specimen], control: specimens.Specimen, lines: Sequence[Line]) -> int:
    faults = {one.name: found for one in files if (found := shortcomings(one, lines))}
    remarks = Counter(
        f"{line.kind}: {line.second}"
        for line in lines
        if line.kind in ("warning", "information") and line.path != control.path
    )
    for name, found in faults.items():
        print(f"{name}: {'; '.join(found)}")
    for remark, times in remarks.most_common():
        print(f"{times} × {remark}")
    signatures = sum(one.signatures for one in files)
    print(f"{len(files)} files, {signatures} signatures; {len(files) - len(faults)} files without a fault")
    if not any(line.path == control.path and line.first == "TOTAL_FAILED" for line in lines):
        print(f"the changed copy was not rejected: {shortcomings(control, lines)}")
        return 1
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
