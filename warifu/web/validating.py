"""Validations that a page waits for: few at a time on the whole machine, each in a limited process 画面からの検証."""

import fcntl
import json
import tempfile
import threading
from collections import deque
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

from django.http import HttpResponse

from warifu import settings, wiring
from warifu.pades import reports

from . import documents

BUSY_SECONDS = 30
BUSY = (
    "ただいま検証が混み合っているため、まだ検証していません。"
    "1分ほど待ってから、同じPDFをもう一度選び、「検証する」を押してください。"
)
NO_REPORT_NOW = (
    "検証報告書を続けて多く作成したため、いまは作成できません。"
    "「画面で見る」を選ぶと、すぐに検証できます。報告書は、1時間ほど待ってからもう一度お試しください。"
)
_HOUR = timedelta(hours=1)


class Busy(Exception):
    """Every turn is taken; nothing was done 混雑."""


class NoReportNow(Exception):
    """Strangers had as many sealed reports made in this hour as they may 報告書の上限."""


@contextmanager
def turn() -> Iterator[None]:
    """One of the machine's few turns: a validation may take 30 seconds and 1.5 GB, and pages need room to answer 順番.

    Raises Busy. Held by a lock on a file, so that all processes of the machine share the turns, and a killed one
    gives its turn back.
    """
    settings.SCRATCH_DIR.mkdir(mode=0o700, parents=True, exist_ok=True)
    for number in range(settings.VERIFY_AT_ONCE):
        with (settings.SCRATCH_DIR / f"validation-{number}.lock").open("wb") as slot:
            try:
                fcntl.flock(slot, fcntl.LOCK_EX | fcntl.LOCK_NB)
            except BlockingIOError:
                continue
            yield
            return
    raise Busy


def validated(pieces: Iterable[bytes], *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
    """Write a file to a place of its own, validate it, and remove it again 検証."""
    with tempfile.TemporaryDirectory(dir=settings.SCRATCH_DIR) as scratch:
        path = Path(scratch, "stranger.pdf")
        with path.open("wb") as target:
            for piece in pieces:
                target.write(piece)
        return wiring.validate_stranger(path, at=at, agreed_size=agreed_size)


@dataclass(frozen=True)
class Subject:
    """The file that a report is about; `concluded` when it is known to be a concluded contract 検証したファイル."""

    name: str
    size: int
    concluded: bool = False


def as_json(report: reports.ValidationReport, subject: Subject) -> HttpResponse:
    """The report for other programs JSON形式の検証結果."""
    content = json.dumps(report.as_json(), ensure_ascii=False, indent=2).encode()
    return documents.as_file(content, name=f"検証結果_{subject.name}.json", media_type="application/json")


def as_pdf(report: reports.ValidationReport, subject: Subject, *, at: datetime) -> HttpResponse:
    """The report on paper, sealed by the service; raises what `Sealer.single_seal` raises 検証報告書."""
    content = wiring.sealed_findings(report, name=subject.name, size=subject.size, at=at, concluded=subject.concluded)
    return documents.as_file(content, name=f"検証報告書_{subject.name}")


_made: deque[datetime] = deque()
_guard = threading.Lock()


def take_a_strangers_report(*, at: datetime) -> None:
    """Count one sealed report for a stranger: each costs a timestamp; raises NoReportNow 報告書の作成数."""
    with _guard:
        while _made and _made[0] <= at - _HOUR:
            _made.popleft()
        if len(_made) >= settings.VERIFY_REPORTS_PER_HOUR:
            raise NoReportNow
        _made.append(at)
