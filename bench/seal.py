"""What a seal costs over its cryptography, from 100 kB to 300 MB.

    .venv/bin/python -m bench.seal [--sizes 100k,1M,10M,100M,300M] [--rounds 15] [--seconds 10]

The floor is measured between the seals of the same run: SHA-256 over the file once for every signature and timestamp,
the private key's own operation, and the round trips to the timestamp authority (a process of its own) with nothing
checked. `once` is the ratio to a stricter floor that hashes the file a single time, as the engine does within one call.
Signatures: 1 is one call (signature, timestamps, DSS); 2 and 4 are that many consents of their own and the archive
revision. Memory is the peak of a fresh process that seals the file once. The last lines are for machines.
"""

import argparse
import hashlib
import http.client
import os
import random
import resource
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlsplit

from asn1crypto import algos, tsp

from warifu.cli import trial
from warifu.pades import keys, sealing, statements, trust
from warifu.pades.transports import keys as key_files
from warifu.pades.transports import revocation, tsa, wire

ROOT = Path(__file__).resolve().parents[1]
UNITS = {"k": 1000, "M": 1_000_000}
PAGES = 50


def main() -> None:
    parser = argparse.ArgumentParser(description="seal")
    parser.add_argument("--sizes", default="100k,1M,10M,100M,300M")
    parser.add_argument("--rounds", type=int, default=15)
    parser.add_argument("--seconds", type=float, default=10)
    parser.add_argument("--authority", type=Path)
    parser.add_argument("--once", type=Path)
    parser.add_argument("--until", type=float)
    options = parser.parse_args()
    if options.once:
        seal_and_tell_memory(options.authority, options.once)
    elif options.until:
        seal_until(options.authority, options.until)
    else:
        with tempfile.TemporaryDirectory(prefix="warifu-bench-") as name, trial.lent(Path(name, "pki")) as lent:
            os.environ.update(lent)
            measure(Path(name), options.sizes.split(","), options.rounds, options.seconds)


def measure(folder: Path, sizes: list[str], rounds: int, seconds: float) -> None:
    bench = Bench(folder / "pki")
    print(f"{'size':>6} {'signatures':>10} {'seal ms':>9} {'floor ms':>9} {'ratio':>6} {'once':>6} {'MB':>5}")
    figures = []
    for text in sizes:
        size = int(text[:-1]) * UNITS[text[-1]]
        source = folder / f"{text}.pdf"
        document(source, size)
        for signatures in (1, 2, 4):
            repeats = max(3, rounds if size <= 10_000_000 else rounds // 3)
            seal, floor, strict = bench.compare(source, signatures, repeats)
            memory = peak_of_a_fresh_process(folder / "pki", source) if signatures == 1 else 0
            shown = f"{memory:>5.0f}" if memory else " " * 5
            ratios = f"{seal / floor:>6.2f} {seal / strict:>6.2f}"
            print(f"{text:>6} {signatures:>10} {seal:>9.1f} {floor:>9.1f} {ratios} {shown}")
            if signatures == 1:
                figures.append(f"seal_{text}_ratio={seal / floor:.2f} seal_{text}_mb={memory:.0f}")
        source.unlink()
    bench.wire.close()
    one, two = (throughput(folder / "pki", processes, seconds) for processes in (1, 2))
    print(f"\n100 kB, {seconds:.0f} s: one process {one:.1f} seals/s, two {two:.1f} seals/s ({two / one:.2f} times)")
    print("repeat with: .venv/bin/python -m bench.seal")
    print("figure " + " ".join(figures) + f" seals_per_second_2={two:.1f} two_over_one={two / one:.2f}")


class Bench:
    """A sealer on the trial authority, and the bare operations it cannot do without."""

    def __init__(self, authority: Path) -> None:
        self.sealer, self.key, self.wire = made(authority)
        self.sealer.warm_up(at=datetime.now(UTC))
        address = urlsplit(os.environ["WARIFU_TSA_URLS"])
        self.path = address.path
        self.line = http.client.HTTPConnection(address.hostname or "", address.port or 0)

    def compare(self, source: Path, signatures: int, rounds: int) -> tuple[float, float, float]:
        """Medians in ms: the seal, the floor, the floor with one pass over the file."""
        work = source.with_suffix(".work")
        seals, floors, stricts = [], [], []
        for _ in range(rounds + 1):
            shutil.copyfile(source, work)
            os.sync()
            seals.append(timed(lambda: self.seal(work, signatures)))
            hashing = timed(lambda: digest_of(source))
            rest = timed(lambda: self.bare(signatures))
            stricts.append(hashing + rest)
            floors.append(hashing * (signatures + 1) + rest)
        work.unlink()
        seal, floor, strict = (statistics.median(values[1:]) for values in (seals, floors, stricts))
        return seal, floor, strict

    def seal(self, work: Path, signatures: int) -> None:
        # Each call is an attempt of its own, with its own moment, as the steps of the worker are.
        at = datetime.now(UTC)
        if signatures == 1:
            self.sealer.seal_file(work, field="Consent1", party=party(at), at=at)
            return
        for number in range(1, signatures + 1):
            at = datetime.now(UTC)
            self.sealer.consent_in_file(work, field=f"Consent{number}", party=party(at), at=at)
        self.sealer.archive_file(work, at=datetime.now(UTC))

    def bare(self, signatures: int) -> None:
        for _ in range(signatures):
            self.key.sign(b"x" * 200)
        for _ in range(signatures + 1):
            self.round_trip()

    def round_trip(self) -> None:
        query = tsp.TimeStampReq(
            {
                "version": 1,
                "message_imprint": {
                    "hash_algorithm": algos.DigestAlgorithm({"algorithm": "sha256"}),
                    "hashed_message": os.urandom(32),
                },
                "cert_req": True,
            }
        ).dump()
        self.line.request("POST", self.path, query, {"Content-Type": "application/timestamp-query"})
        self.line.getresponse().read()


def made(authority: Path) -> tuple[sealing.Sealer, keys.SigningKey, wire.Wire]:
    """The engine as the product makes it, with the trial authority's key."""
    key = key_files.load_pem(
        key=authority / "signer.key", certificate=authority / "signer.pem", chain=authority / "chain.pem"
    )
    routes = dict(pair.split("=", 1) for pair in os.environ["WARIFU_REVOCATION_ROUTES"].split(","))
    shared = wire.Wire()
    sealer = sealing.Sealer(
        keyring=keys.Keyring.of(key),
        trust=trust.TrustAnchors.load([authority / "root.pem"]),
        timestamper=tsa.HttpTimestamper(services=tsa.services([os.environ["WARIFU_TSA_URLS"]]), wire=shared),
        revocation=revocation.HttpRevocation(routes=routes, wire=shared),
    )
    return sealer, key, shared


def party(at: datetime) -> statements.PartyStatement:
    return statements.PartyStatement(
        party_name="岩手　太郎",
        organisation="岩手建設株式会社",
        title="代表取締役",
        mail="taro@iwate-kensetsu.example",
        agreement_id="01J9ZK3V",
        agreement_number="盛契第12号",
        consented_at=at,
        document_digest="0" * 64,
        authenticated_by="メールのリンクと確認コード",
    )


def document(path: Path, size: int) -> None:
    """A file of 50 pages with pictures that do not compress, written in constant memory."""
    noise = random.Random(7)
    places = []
    with path.open("wb") as stream:

        def put(number: int, body: bytes) -> None:
            places.append((number, stream.tell()))
            stream.write(b"%d 0 obj\n" % number + body + b"\nendobj\n")

        stream.write(b"%PDF-1.7\n")
        put(1, b"<< /Type /Catalog /Pages 2 0 R >>")
        kids = b" ".join(b"%d 0 R" % (3 + 2 * page) for page in range(PAGES))
        put(2, b"<< /Type /Pages /Count %d /Kids [ %s ] >>" % (PAGES, kids))
        for page in range(PAGES):
            own, picture = 3 + 2 * page, 4 + 2 * page
            put(own, b"<< /Type /Page /Parent 2 0 R /MediaBox [ 0 0 595 842 ] /Contents %d 0 R >>" % picture)
            share = size // PAGES
            places.append((picture, stream.tell()))
            stream.write(b"%d 0 obj\n<< /Length %d >>\nstream\n" % (picture, share))
            for begun in range(0, share, 1 << 20):
                stream.write(noise.randbytes(min(1 << 20, share - begun)))
            stream.write(b"\nendstream\nendobj\n")
        table = stream.tell()
        stream.write(b"xref\n0 %d\n0000000000 65535 f \n" % (len(places) + 1))
        stream.writelines(b"%010d 00000 n \n" % place for _, place in sorted(places))
        stream.write(b"trailer\n<< /Root 1 0 R /Size %d >>\nstartxref\n%d\n%%%%EOF\n" % (len(places) + 1, table))


def digest_of(path: Path) -> bytes:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").digest()


def timed(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return (time.perf_counter() - began) * 1000


def peak_of_a_fresh_process(authority: Path, source: Path) -> float:
    """Megabytes."""
    work = source.with_suffix(".once")
    shutil.copyfile(source, work)
    told = child(["--authority", str(authority), "--once", str(work)])
    out, _ = told.communicate()
    work.unlink()
    return float(out)


def seal_and_tell_memory(authority: Path, path: Path) -> None:
    sealer, _, shared = made(authority)
    sealer.seal_file(path, field="Consent1", party=None, at=datetime.now(UTC))
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000)
    shared.close()


def throughput(authority: Path, processes: int, seconds: float) -> float:
    """Seals per second of so many processes over the same stretch of time."""
    until = time.time() + seconds + 3
    children = [child(["--authority", str(authority), "--until", str(until)]) for _ in range(processes)]
    return sum(float(one.communicate()[0]) for one in children)


def seal_until(authority: Path, until: float) -> None:
    sealer, _, shared = made(authority)
    with tempfile.TemporaryDirectory(prefix="warifu-bench-") as name:
        path = Path(name, "a.pdf")
        document(path, 100_000)
        source = path.read_bytes()
    sealer.single_seal(source, field="Consent1", party=None, at=datetime.now(UTC))
    begun, done = time.perf_counter(), 0
    while time.time() < until:
        at = datetime.now(UTC)
        sealer.single_seal(source, field="Consent1", party=party(at), at=at)
        done += 1
    print(done / (time.perf_counter() - begun))
    shared.close()


def child(arguments: list[str]) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "bench.seal", *arguments], cwd=ROOT, stdout=subprocess.PIPE, text=True
    )


if __name__ == "__main__":
    main()
