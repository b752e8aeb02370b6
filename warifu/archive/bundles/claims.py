"""Validation reports that lie in a bundle, held to what is found 証拠一式の検証報告の照合.

A report is a claim of whoever made the bundle. One in another edition than ours of today is told to be no more than
that: its words may rightly differ, and nobody can tell.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime

from warifu.pades import reports

from . import layout, opening, wording

log = logging.getLogger(__name__)


@dataclass
class Claims:
    """Names of reports that say otherwise than was found, and of those in another edition 報告の照合結果."""

    wrong: list[str] = field(default_factory=list)
    older: list[str] = field(default_factory=list)

    def compare(
        self,
        document: str,
        title: str,
        *,
        read: Callable[[str], bytes],
        found: reports.ValidationReport,
        again: Callable[[datetime], reports.ValidationReport],
    ) -> None:
        """Hold both reports on one document to what was `found`, or is found `again` at the moment they name 照合.

        `read` gives a member and may raise `opening.BrokenMember` or KeyError.
        """
        data, text = layout.report(document, "json"), layout.report(document, "txt")
        try:
            told = json.loads(read(data))
            if told["format"] == reports.FORMAT and told["version"] != reports.VERSION:
                self.older += [data, text]
                return
            report = reports.ValidationReport.from_json(told)
            if report.as_json() != told or not _as_found(report, found, again):
                self.wrong.append(data)
            written = read(text)
            if wording.edition_of(written) != str(wording.EDITION):
                self.older.append(text)
            elif written != wording.report(title, report):
                self.wrong.append(text)
        except opening.BrokenMember as broken:
            self.wrong.append(broken.name)
        except (LookupError, TypeError, ValueError, AttributeError, OverflowError, RecursionError) as odd:
            log.info("report not read: %s", type(odd).__name__)
            self.wrong.append(data)


def _as_found(
    told: reports.ValidationReport,
    found: reports.ValidationReport,
    again: Callable[[datetime], reports.ValidationReport],
) -> bool:
    if told.result is not found.result or told.at.utcoffset() is None:
        return False
    return _comparable(found if found.at == told.at else again(told.at)) == _comparable(told)


def _comparable(report: reports.ValidationReport) -> reports.ValidationReport:
    """Whether those who signed before are believed depends on the anchors of whoever looks."""
    return replace(report, signatures=tuple(_alike(one) if one.earlier else one for one in report.signatures))


def _alike(one: reports.SignatureReport) -> reports.SignatureReport:
    return replace(
        one,
        result=reports.Result.INDETERMINATE,
        sub_indication=None,
        level=None,
        time=None,
        chain=(),
        timestamp=None,
    )
