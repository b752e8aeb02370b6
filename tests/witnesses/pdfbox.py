"""Apache PDFBox with BouncyCastle, from Debian's packages. PDFBoxによる検証"""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.witnesses import opinions, specimens

_SOURCE = Path(__file__).with_name("PdfBoxWitness.java")
_JARS = ("pdfbox2", "fontbox2", "commons-logging", "bcprov", "bcutil", "bcpkix")
_SHELF = Path("/usr/share/java")


def missing() -> str | None:
    """What this machine lacks for it, or None. 不足"""
    absent = [name for name in ("java", "javac") if shutil.which(name) is None]
    absent += [f"{name}.jar" for name in _JARS if not (_SHELF / f"{name}.jar").exists()]
    return f"{', '.join(absent)} not installed" if absent else None


def build(folder: Path) -> str:
    """Compile the witness; gives the class path. コンパイル"""
    shelf = ":".join(str(_SHELF / f"{name}.jar") for name in _JARS)
    subprocess.run(["javac", "-cp", shelf, "-d", str(folder), str(_SOURCE)], timeout=120, check=True)
    return f"{folder}:{shelf}"


def judge(
    classpath: str, root: Path, files: Sequence[specimens.Specimen]
) -> Mapping[specimens.Specimen, list[opinions.Opinion]]:
    """Ask about many files at once: a Java machine takes longer to start than to judge. 検証"""
    at = specimens.AT.isoformat().replace("+00:00", "Z")
    command = ["java", "-cp", classpath, "PdfBoxWitness", str(root), at, *(str(one.path) for one in files)]
    done = subprocess.run(command, capture_output=True, timeout=300, check=True)
    found: dict[specimens.Specimen, list[opinions.Opinion]] = {one: [] for one in files}
    known = {str(one.path): one for one in files}
    for line in done.stdout.decode().splitlines():
        path, kind, verdict, party = line.split("\t")
        found[known[path]].append(opinions.Opinion(kind, verdict == "good", verdict, party or None))
    return found
