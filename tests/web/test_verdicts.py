"""What a page says of a report."""

from dataclasses import replace

import pytest

from tests.pades import forging
from warifu.pades import changes, reports, validation
from warifu.web import verdicts


@pytest.mark.parametrize(("result", "touched"), [(reports.Result.PASSED, False), (reports.Result.INDETERMINATE, True)])
def test_a_valid_signature_is_not_called_changed_when_the_next_party_fills_its_place(
    result: reports.Result, touched: bool
) -> None:
    sealed = forging.archived(forging.consented(forging.document(forging.CONTRACT)))
    report = validation.validate(sealed, trust=forging.authority().trust, at=forging.AT)
    filled = reports.Change(changes.Kind.VISIBLE_SIGNATURE, (2,), ("Consent2",))
    first = replace(report.signatures[0], result=result, changes=(filled,))
    shown = verdicts.verdict(replace(report, signatures=(first, *report.signatures[1:])))
    assert shown.signatures[0].touched is touched
