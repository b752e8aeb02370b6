"""Checking a bundle that anybody may have made, without database and without network 証拠一式の検証.

(1) the ZIP can be opened safely, or nothing is said about it (`opening`);
(2) its files are those of its list;
(3) every PDF passes with the anchors of whoever checks, in a limited process, the sealed certificate first;
(4) the sealed certificate names exactly these contracts;
(5) the event log is one chain that runs through the line which the certificate names, and tells of these files;
(6) what lies beside the PDFs (parts of signatures, certificates, revocation data, anchors, reports) is theirs.
"""

from __future__ import annotations

import functools
import hashlib
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, Protocol

from warifu.archive import marks
from warifu.audit import chain, extracts
from warifu.pades import boxed, reports, sunsets
from warifu.pades import errors as pades_errors
from warifu.pades import trust as pades_trust

from . import claims, layout, opening, sentences
from .summary import Summary, sha256

_SECONDS = 120

Report = reports.ValidationReport
Found = tuple[Report, dict[str, Any] | None]


class Examine(Protocol):
    """How a PDF is looked at: validated, and taken apart (None when it cannot be) 書類の検証.

    `agreed_size` as in `pades.validation.validate`; `at` (aware) is another moment than that of the check.
    """

    def __call__(self, path: Path, /, *, agreed_size: int = 0, at: datetime | None = None) -> Found: ...


class Outcome(StrEnum):
    """How it ended 検証の結果."""

    PASSED = "passed"
    FAILED = "failed"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, slots=True)
class Check:
    """One thing that was looked at; `sentence` is for people 検証の項目."""

    code: str
    passed: bool
    sentence: str


@dataclass(frozen=True, slots=True)
class BundleReport:
    """What a bundle is 証拠一式の検証結果.

    `signers` are the names in the certificates of all signatures: whoever checks must know them. Title and number are
    `proven` when the sealed certificate says the same; else they are only what the maker of the bundle wrote.
    """

    outcome: Outcome
    checks: tuple[Check, ...]
    title: str = ""
    number: str = ""
    signers: tuple[str, ...] = ()
    proven: bool = False

    def as_json(self) -> dict[str, Any]:
        """Plain values JSON."""
        return {
            "outcome": self.outcome.value,
            "title": self.title,
            "number": self.number,
            "proven": self.proven,
            "signers": list(self.signers),
            "checks": [{"code": one.code, "passed": one.passed, "sentence": one.sentence} for one in self.checks],
        }


def in_the_box(*, trust_files: Sequence[Path], at: datetime, table: sunsets.Sunsets = sunsets.TABLE) -> Examine:
    """How a stranger's PDF is looked at: validated and taken apart, in limited processes 制限付きの検証."""

    usual = at

    def examine(path: Path, *, agreed_size: int = 0, at: datetime | None = None) -> Found:
        report = boxed.validate_boxed(
            path, trust_files=trust_files, at=at or usual, table=table, seconds=_SECONDS, agreed_size=agreed_size
        )
        return report, boxed.dissect_boxed(path, seconds=_SECONDS)

    return examine


def verify(path: Path, *, trust_files: Sequence[Path], examine: Examine) -> BundleReport:
    """Judge a bundle with the anchors in `trust_files` (PEM), its PDFs by `examine` 証拠一式の検証.

    Never raises for a bad bundle.
    """
    try:
        with opening.Opened(path) as opened:
            manifest = _manifest(opened)
            return _Walk(opened, manifest, trust_files, examine).report()
    except opening.Unreadable as refused:
        return BundleReport(Outcome.UNREADABLE, (Check(refused.code, False, refused.sentence),))


def _manifest(opened: opening.Opened) -> layout.Manifest:
    try:
        return layout.Manifest.read(opened.read(layout.MANIFEST))
    except (KeyError, ValueError, opening.BrokenMember) as wrong:
        raise opening.Unreadable("no_manifest", sentences.NO_MANIFEST) from wrong


@dataclass
class _Walk:
    opened: opening.Opened
    manifest: layout.Manifest
    trust_files: Sequence[Path]
    examine: Examine
    checks: list[Check] = field(default_factory=list)
    reports: dict[str, reports.ValidationReport] = field(default_factory=dict)
    summaries: dict[str, Summary] = field(default_factory=dict)
    agreed: dict[str, int] = field(default_factory=dict)
    proven: bool = False

    def report(self) -> BundleReport:
        if self._members():
            self._document(layout.CERTIFICATE)
            told = self._marks()
            self._documents(told)
            if told is not None:
                self._contracts(told)
                self._facts(told)
                self._log(told)
            self._beside()
        passed = all(check.passed for check in self.checks)
        signers = {one.signer for report in self.reports.values() for one in report.signatures}
        return BundleReport(
            Outcome.PASSED if passed else Outcome.FAILED,
            tuple(self.checks),
            self.manifest.title,
            self.manifest.number,
            tuple(sorted(signers)),
            self.proven,
        )

    def _say(self, code: str, problem: str | None, good: str) -> bool:
        self.checks.append(Check(code, problem is None, problem or good))
        return problem is None

    # (2)

    def _members(self) -> bool:
        listed = {one.name: one for one in self.manifest.members}
        found = self.opened.names - layout.UNLISTED
        missing = sorted((listed.keys() | layout.UNLISTED | {layout.CERTIFICATE, layout.EVENTS}) - self.opened.names)
        changed = []
        for name in sorted(found & listed.keys()):
            try:
                hashed = hashlib.sha256()
                for chunk in self.opened.chunks(name):
                    hashed.update(chunk)
            except opening.BrokenMember:
                changed.append(name)
            else:
                if (hashed.hexdigest(), self.opened.size(name)) != (listed[name].sha256, listed[name].size):
                    changed.append(name)
        if layout.SUMS in self.opened.names and not missing and not self._sums_agree():
            changed.append(layout.SUMS)
        problem = sentences.members(missing=missing, extra=sorted(found - listed.keys()), changed=changed)
        return self._say("members", problem, f"収められた{len(found)}個のファイルは、目録のとおりです。")

    def _sums_agree(self) -> bool:
        try:
            wanted = self.manifest.sums(manifest_digest=sha256(self.opened.read(layout.MANIFEST)))
            return self.opened.read(layout.SUMS) == wanted
        except opening.BrokenMember:
            return False

    # (3)

    def _names(self) -> list[str]:
        return sorted(name for name in self.opened.names if name.startswith("documents/") and name.endswith(".pdf"))

    def _documents(self, told: marks.Marks | None) -> None:
        """How much of each was there before the parties agreed stands under the certificate's seal, or is not known."""
        files = enumerate(told.files if told else (), start=1)
        self.agreed = {layout.contract(number): file.agreed_size for number, file in files}
        for name in self._names():
            if name != layout.CERTIFICATE:
                self._document(name)

    def _examined(self, name: str, at: datetime | None = None) -> Found:
        with tempfile.NamedTemporaryFile(suffix=".pdf") as scratch:
            self.opened.copy(name, scratch.file)  # type: ignore[arg-type]  # tempfile's own wrapper type
            scratch.flush()
            return self.examine(Path(scratch.name), agreed_size=self.agreed.get(name, 0), at=at)

    def _again(self, name: str, at: datetime) -> Report:
        return self._examined(name, at)[0]

    def _document(self, name: str) -> None:
        report, told = self._examined(name)
        self.reports[name] = report
        if told is not None:
            self.summaries[name] = Summary.of(name, told)
        self._say("document", sentences.document(name, report), sentences.passed(name, report))

    # (4)

    def _marks(self) -> marks.Marks | None:
        """Believed only under a seal that has passed."""
        if self.reports[layout.CERTIFICATE].result is not reports.Result.PASSED:
            return None
        try:
            return marks.Marks.read(self.opened.read(layout.CERTIFICATE))
        except (ValueError, opening.BrokenMember):
            self._say("certificate", sentences.NO_MARKS, "")
            return None

    def _contracts(self, told: marks.Marks) -> None:
        names = [name for name in self._names() if name != layout.CERTIFICATE]
        wanted = [layout.contract(number) for number in range(1, len(told.files) + 1)]
        wrong = sorted(set(names) ^ set(wanted))
        for name, file in zip(wanted, told.files, strict=True):
            if name in names and (
                self._prefix(name, file.sealed_size) != file.sealed_digest
                or self._prefix(name, file.agreed_size) != file.agreed_digest
            ):
                wrong.append(name)
        if told.origin != self.manifest.origin:
            wrong.append(layout.MANIFEST)
        problem = sentences.swapped(wrong) if wrong else None
        self._say("certificate", problem, f"締結証明書に記された{len(wanted)}個の契約書と、1バイトも違いません。")

    def _facts(self, told: marks.Marks) -> None:
        """A certificate of an earlier version does not tie them: then they are a claim, and are printed as one."""
        if not told.facts:
            return
        one = self.manifest
        try:
            at = datetime.fromisoformat(one.concluded_at).astimezone(UTC)
            found = marks.facts_digest(
                number=one.number, title=one.title, counterparty=one.counterparty, concluded_at=at
            )
        except (TypeError, ValueError, OverflowError):
            found = ""
        problem = None if found == told.facts else sentences.facts_differ()
        self.proven = self._say("facts", problem, "件名・契約番号・相手方・締結日時は、締結証明書のものと同じです。")

    def _prefix(self, name: str, size: int) -> str:
        """SHA-256 of the first bytes: what was concluded, though archive timestamps may have been added since."""
        hashed, left = hashlib.sha256(), size
        for chunk in self.opened.chunks(name):
            hashed.update(chunk[:left])
            left -= min(left, len(chunk))
            if not left:
                break
        return hashed.hexdigest() if not left else ""

    # (5)

    def _log(self, told: marks.Marks) -> None:
        trail = told.trail
        try:
            found, full = extracts.verify(
                self.opened.lines(layout.EVENTS), heads=[chain.Head(trail.last, trail.digest)]
            )
        except (UnicodeDecodeError, opening.BrokenMember):
            self._say("log", sentences.LOG_UNREADABLE, "")
            return
        problem = sentences.log(found, trail)
        if problem is None and not self._tells_of_these_files(told, full):
            problem = sentences.LOG_OF_OTHERS
        self._say("log", problem, sentences.log_intact(found, trail))

    def _tells_of_these_files(self, told: marks.Marks, full: Sequence[chain.Link]) -> bool:
        """The line of the accession, after the certificate, names contracts and certificate."""
        filed = [link.content for link in full if link.content["action"] == "archive.accession"]
        if len(filed) != 1 or not isinstance(facts := filed[0]["facts"], dict):
            return False
        digests = facts.get("digests")
        wanted = [file.sealed_digest for file in told.files]
        return (
            facts.get("origin") == told.origin
            and isinstance(digests, list)
            and digests[: len(wanted)] == wanted
            and len(digests) > len(wanted)
            and digests[len(wanted)] in set(self._certificate_digests())
        )

    def _certificate_digests(self) -> Iterator[str]:
        yield self.reports[layout.CERTIFICATE].digest
        ends = self.summaries[layout.CERTIFICATE].ends if layout.CERTIFICATE in self.summaries else ()
        for end in ends:
            yield self._prefix(layout.CERTIFICATE, end)

    # (6)

    def _beside(self) -> None:
        if set(self.summaries) != set(self._names()):
            return  # a document that cannot be taken apart has been told of already
        self._say("parts", self._parts(), "取り出された署名・トークン・証明書・失効情報は、PDFの中のものと同じです。")
        self._say("anchors", self._anchors(), "trust/anchors.pem は、指定された認証局の証明書と同じです。")
        titles = {one.name: one.title for one in self.manifest.members}
        claimed = claims.Claims()
        for name, report in self.reports.items():
            again = functools.partial(self._again, name)
            claimed.compare(name, titles[name], read=self.opened.read, found=report, again=again)
        problem = sentences.reports_differ(claimed.wrong) if claimed.wrong else None
        self._say("reports", problem, sentences.reports_agree(claimed.older))

    def _parts(self) -> str | None:
        listed = {one.name: one.sha256 for one in self.manifest.members}
        wanted = {name: digest for one in self.summaries.values() for name, digest in one.parts.items()}
        wrong = [
            name
            for name in listed.keys() | wanted.keys()
            if (name.startswith("signatures/") or name in wanted) and listed.get(name) != wanted.get(name)
        ]
        revocation = {digest for one in self.summaries.values() for digest in one.revocation}
        wrong += [
            name for name, digest in listed.items() if name.startswith("revocation/") and digest not in revocation
        ]
        certificates = {digest for one in self.summaries.values() for digest in one.certificates}
        for name in listed:
            if name.startswith("certificates/") and not self._certificates_in(name) <= certificates:
                wrong.append(name)
        return sentences.parts(sorted(wrong)) if wrong else None

    def _certificates_in(self, name: str) -> set[str]:
        try:
            return {sha256(one.dump()) for one in pades_trust.certificates_in(self.opened.read(name))}
        except (pades_errors.PadesError, opening.BrokenMember):
            return {name}

    def _anchors(self) -> str | None:
        if not self.trust_files:
            return sentences.NO_TRUST
        given = {sha256(one.dump()) for one in pades_trust.TrustAnchors.load(self.trust_files).roots}
        return None if self._certificates_in(layout.ANCHORS) <= given else sentences.ANCHORS
