"""Manipulated files that researchers published, with the signers' own certificates trusted. 既知の攻撃の試験

So it is never for want of trust that one of them fails: what is asserted is the finding about the document.
"""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from asn1crypto import cms, x509

from tests.pades.test_corpora import files
from tests.witnesses import embedded
from warifu.pades import reports, trust, validation

ALTERED = {"modified_after_signing", "not_covered", "container_altered", "signature_hidden", "unreadable"}
UNSIGNED = {"141df180a451", "5688dbbdc050", "916e25e2b87d", "bec37109d098", "dc7da2ec8661"}
# Signed shadow documents before their manipulation: nothing was changed yet, so nothing may be said to have changed.
UNTOUCHED = {"28baef764aa1", "cd5eac52cb4f"}
# Annotations that lie upon each other in a hybrid file: a remark of EU DSS about the document, not a manipulation.
HYBRID = {"286bf402ecf7"}


def certificates(data: bytes) -> Iterator[x509.Certificate]:
    for match in embedded.RANGE.finditer(data):
        start, length, second, _ = (int(part) for part in match.groups())
        try:
            held = bytes.fromhex(data[start + length + 1 : second - 1].decode("ascii"))
            for choice in cms.ContentInfo.load(held)["content"]["certificates"]:
                yield choice.chosen
        except ValueError:  # a manipulated byte range need not point at a container
            continue


def judged(data: bytes) -> reports.ValidationReport:
    held = {one.sha256: one for one in certificates(data)}
    at = max((one.not_valid_before for one in held.values()), default=None)
    if at is None:
        at = x509.Time("utc_time", "261123000000Z").native
    else:
        at += (min(one.not_valid_after for one in held.values()) - at) / 2
    return validation.validate(data, trust=trust.TrustAnchors(roots=tuple(held.values())), at=at)


def test_no_published_attack_passes_and_each_fails_for_what_was_done_to_the_document() -> None:
    found = files("sig-attack")
    if not found:
        pytest.skip("no corpora/sig-attack beside the project")
    for path in found:
        report = judged(path.read_bytes())
        if path.stem in UNSIGNED:
            assert (report.result, report.problem) == (reports.Result.INDETERMINATE, "unsigned"), path.name
        elif path.stem in HYBRID:
            assert (report.result, report.problem) == (reports.Result.INDETERMINATE, "hybrid"), path.name
        elif path.stem in UNTOUCHED:
            assert report.result is reports.Result.INDETERMINATE, path.name
            assert report.problem not in ALTERED, path.name
        else:
            assert (report.result, report.problem in ALTERED) == (reports.Result.FAILED, True), path.name
