"""The words of the text report, and the edition that goes with them."""

import hashlib
from datetime import UTC, datetime, timedelta

from warifu.archive.bundles import wording
from warifu.pades import reports

AT = datetime(2026, 4, 1, 0, 30, tzinfo=UTC)
WORDS = {2: "5ae835343b038482787fc656e8c5e56796fbd1524cf63570970f346ee9f1800d"}
"""SHA-256 of everything that an edition can say. Who changes a word raises `wording.EDITION` and adds a line."""


def signature(result: reports.Result, *, kind: str = "signature", earlier: bool = False) -> reports.SignatureReport:
    return reports.SignatureReport(
        field="Consent1",
        kind=kind,
        signer="割符",
        party="工藤 正一",
        organisation="岩手建設株式会社",
        reason=None,
        time=None if result is reports.Result.FAILED else AT,
        result=result,
        sub_indication=None,
        level=None,
        covers_whole_file=True,
        modified_after=False,
        certificate_expires_at=None,
        earlier=earlier,
    )


def everything() -> bytes:
    said = b""
    for result in reports.Result:
        found = reports.ValidationReport(
            result=result,
            level=reports.Level.B_LTA,
            signatures=(
                *(signature(one) for one in reports.Result),
                signature(result, kind="timestamp"),
                signature(result, earlier=True),
                signature(result, kind="timestamp", earlier=True),
            ),
            covers_whole_file=True,
            sealed_until=AT + timedelta(days=3650),
            digest="0" * 64,
            at=AT,
            assumed=("last_timestamp_not_revoked",),
        )
        said += wording.report("契約書.pdf", found)
    return said


def test_the_words_of_an_edition_never_change() -> None:
    said = everything()
    assert wording.edition_of(said) == str(wording.EDITION)
    assert hashlib.sha256(said).hexdigest() == WORDS[wording.EDITION], "other words: raise wording.EDITION"
