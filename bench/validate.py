"""How much a validation costs: one file, ten thousand files, one very large file 検証の計測.

    python -m bench.validate                    one file of five signatures, 400 files in bulk, 50 MB
    python -m bench.validate --files 10000 --megabytes 300

Figures are CPU milliseconds (best of several) and files per second of wall time. The floor of a validation is hashing
its bytes once for the file and once for its signatures, and one verification per signature and certificate.
"""

import argparse
import hashlib
import io
import multiprocessing
import os
import random
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from pathlib import Path

import pikepdf

from warifu.pades import rehearsal, reports, statements, trust, validation

AT = rehearsal.MOMENT
CONSENTS = 5
_MEMORY = ("RssAnon", "VmHWM")


def contract(kilobytes: int, seed: int = 7) -> bytes:
    """One page and ballast that does not compress 見本文書."""
    chance = random.Random(seed)
    # Without one letter: a file of six objects and so many random bytes mentions most small numbers by chance.
    ballast = b"".join(chance.randbytes(1024) for _ in range(kilobytes)).replace(b"R", b"r")
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Ballast = pikepdf.Stream(pdf, ballast)
        output = io.BytesIO()
        pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
        return output.getvalue()


def sealed(source: bytes, authority: rehearsal.Authority, consents: int) -> list[bytes]:
    """Every revision from the bare file to B-LTA 封緘済みの見本."""
    sealer, steps = authority.sealer(), [source]
    for number in range(consents):
        party = statements.PartyStatement("岩手 太郎", "岩手建設", "", "a@b.example", "1", "1", AT, "0" * 64, "試験")
        steps.append(sealer.consent_revision(steps[-1], field=f"Consent{number + 1}", party=party, at=AT))
    return [*steps, sealer.archive_revision(steps[-1], at=AT)]


def best(work: Callable[[], object], times: int = 7) -> float:
    """The least CPU milliseconds of several runs 最短時間."""
    work()
    found = []
    for _ in range(times):
        began = time.process_time()
        work()
        found.append((time.process_time() - began) * 1000)
    return min(found)


def one_file(authority: rehearsal.Authority) -> None:
    """A megabyte with five consents and an archive timestamp 1件の検証."""
    steps = sealed(contract(1024), authority, CONSENTS)
    final, anchors = steps[-1], authority.trust
    fields = [f"Consent{number + 1}" for number in range(CONSENTS)]

    def judged(*, details: bool) -> None:
        report = validation.validate(final, trust=anchors, at=AT, details=details)
        assert report.result is reports.Result.PASSED, report.problem

    def own(before: bytes, after: bytes, count: int, *, last: bool) -> None:
        validation.check_revision(before, after, expected_fields=fields[:count], trust=anchors, at=AT, final=last)

    print(f"five signatures and an archive timestamp, {len(final) / 1e6:.1f} MB")
    print(f"  SHA-256 of the bytes, once          {best(lambda: hashlib.sha256(final).digest()):8.1f} ms")
    print(f"  validate, with chains and changes   {best(lambda: judged(details=True)):8.1f} ms")
    print(f"  validate, the verdict alone         {best(lambda: judged(details=False)):8.1f} ms")
    print(f"  own revision, first consent         {best(lambda: own(steps[0], steps[1], 1, last=False)):8.1f} ms")
    print(f"  own revision, the archive timestamp {best(lambda: own(steps[-2], final, CONSENTS, last=True)):8.1f} ms")


def _share(task: tuple[Sequence[Path], bytes]) -> int:
    paths, root = task
    anchors = trust.TrustAnchors(trust.certificates_in(root))
    results = [validation.validate(path, trust=anchors, at=AT, details=False).result for path in paths]
    return sum(result is reports.Result.PASSED for result in results)


def in_bulk(authority: rehearsal.Authority, count: int) -> None:
    """Contracts of 100 KB with two consents, by one process and by two 一括検証."""
    root = authority.trust.roots[0].dump()
    kinds = [sealed(contract(100, seed), authority, 2)[-1] for seed in range(5)]
    with tempfile.TemporaryDirectory() as folder:
        paths = [Path(folder, f"{number}.pdf") for number in range(count)]
        for number, path in enumerate(paths):
            path.write_bytes(kinds[number % len(kinds)])
        print(f"{count:,} files of {len(kinds[0]) / 1e3:.0f} KB, two consents and an archive timestamp each")
        for processes, chosen in ((1, paths[: max(1, count // 4)]), (2, paths)):
            began = time.monotonic()
            with multiprocessing.get_context("spawn").Pool(processes) as pool:
                shares = [(chosen[place::processes], root) for place in range(processes)]
                passed = sum(pool.map(_share, shares, chunksize=1))
            seconds = time.monotonic() - began
            assert passed == len(chosen)
            rate = len(chosen) / seconds
            print(f"  {processes} process{'es' if processes > 1 else '  '}  {rate:7.1f} files/s ({seconds:.1f} s)")


def very_large(authority: rehearsal.Authority, megabytes: int) -> None:
    """A file of this size, in a process of its own: time, and memory beside the mapped file 大きな文書."""
    with tempfile.TemporaryDirectory() as folder:
        path, root = Path(folder, "large.pdf"), Path(folder, "root.der")
        path.write_bytes(sealed(contract(megabytes * 1024), authority, CONSENTS)[-1])
        root.write_bytes(authority.trust.roots[0].dump())
        command = [sys.executable, "-m", "bench.validate", "--one", str(path), str(root)]
        print(f"{path.stat().st_size / 1e6:.0f} MB, five consents and an archive timestamp")
        print("  " + subprocess.run(command, check=True, capture_output=True, text=True).stdout.strip())


def _one(path: Path, root: Path) -> None:
    anchors = trust.TrustAnchors(trust.certificates_in(root.read_bytes()))
    began = time.process_time()
    report = validation.validate(path, trust=anchors, at=AT)
    seconds = time.process_time() - began
    assert report.result is reports.Result.PASSED, report.problem
    lines = Path("/proc/self/status").read_text(encoding="ascii").splitlines()
    own, most = (next(int(line.split()[1]) // 1024 for line in lines if line.startswith(name)) for name in _MEMORY)
    print(f"{seconds * 1000:.0f} ms CPU; {own} MB of memory of its own, at most {most} MB with the mapped file")


def main() -> None:
    """Run all three 計測."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--files", type=int, default=400)
    parser.add_argument("--megabytes", type=int, default=50)
    parser.add_argument("--one", type=Path, nargs=2, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        _one(*options.one)
        return
    authority = rehearsal.Authority()
    print(f"Python {sys.version.split()[0]}, {os.cpu_count()} cores, load {os.getloadavg()[0]:.1f}")
    one_file(authority)
    in_bulk(authority, options.files)
    very_large(authority, options.megabytes)


if __name__ == "__main__":
    main()
