"""Visible seals of an agreement: what the approver approves is what the parties' consents fill."""

import dataclasses
import io
from datetime import UTC, datetime
from pathlib import Path

import pikepdf
import pytest

from tests import city, samples
from warifu.agreements import actions, errors, models, queries, sealing, seals
from warifu.agreements.lifecycle import State
from warifu.agreements.sealing import Outcome
from warifu.archive import models as archive
from warifu.directory import actions as directory
from warifu.directory.actions import municipalities
from warifu.directory.models import SealStyle

pytestmark = pytest.mark.django_db
AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)


def now() -> datetime:
    """The stand-ins read the real clock, so the cycle does too."""
    return datetime.now(UTC)


def agreed_file(agreement: models.Agreement, objects: Path) -> bytes:
    document = queries.documents_of(agreement)[0]
    return city.vault_at(objects).read(owner=city.MORIOKA, object_id=document.agreed_id)


def submit(agreement: models.Agreement) -> models.Agreement:
    return actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)


def words_of(data: bytes) -> list[str]:
    """What the fields say to a screen reader, in the order of consent."""
    with pikepdf.open(io.BytesIO(data)) as pdf:
        return [str(field.TU) for field in pdf.Root.AcroForm.Fields if "/TU" in field]


@pytest.mark.parametrize("theirs_first", [True, False])
def test_the_places_are_in_the_file_that_the_approver_reads(cast: None, objects: Path, theirs_first: bool) -> None:
    agreement = city.drafted(objects, at=AT, counterparty_first=theirs_first)
    before = queries.documents_of(agreement)[0].digest
    city.with_seals(agreement, objects, at=AT)
    document = queries.documents_of(agreement)[0]
    assert document.digest != before
    whose = ["署名欄　受注者（岩手建設株式会社）", "署名欄　発注者（盛岡市）"]
    assert words_of(agreed_file(agreement, objects)) == (whose if theirs_first else whose[::-1])
    assert submit(agreement).state == State.IN_APPROVAL


@pytest.mark.parametrize("style", [SealStyle.PLAIN, SealStyle.RED])
def test_both_consents_fill_their_places_and_the_contract_is_concluded(
    cast: None, bench: city.Trial, objects: Path, style: SealStyle
) -> None:
    agreement = city.sent(objects, at=now(), seal_style=style, files=(samples.contract(), samples.hybrid_xref()))
    city.counterparty_consents(agreement, at=now())
    city.municipality_consents(agreement, at=now())
    assert sealing.advance(agreement_id=agreement.pk, tools=bench.tools, at=now()) is Outcome.CONCLUDED
    content, other = (
        bench.tools.custody.read(
            owner=city.MORIOKA, object_id=archive.RecordFile.objects.get(role="contract", name=name).object_id
        )
        for name in ("工事請負契約書1.pdf", "工事請負契約書2.pdf")
    )
    assert content.startswith(agreed_file(agreement, objects))
    assert bench.tools.validate(content, at=now()).result == "passed"
    with pikepdf.open(io.BytesIO(content)) as pdf:
        seen = {str(field.T): field for field in pdf.Root.AcroForm.Fields}
        assert {"Consent1", "Consent2"} <= set(seen)
        assert all("/V" in field for field in seen.values())
        assert all(float(seen[name].Rect[2]) > float(seen[name].Rect[0]) for name in ("Consent1", "Consent2"))
    with pikepdf.open(io.BytesIO(other)) as pdf:
        assert all(float(field.Rect[2]) == 0 for field in pdf.Root.AcroForm.Fields), "the second file shows nothing"


def test_without_visible_seals_nothing_is_kept_and_the_file_is_the_old_one(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    before = queries.documents_of(agreement)[0].digest
    city.with_seals(agreement, objects, at=AT)
    actions.place_seals(
        agreement_id=agreement.pk,
        style=SealStyle.NONE,
        corners={},
        reserved=None,
        basis="",
        custody=city.vault_at(objects),
        by=city.sato(),
        at=AT,
    )
    assert queries.documents_of(agreement)[0].digest == before
    assert not agreement.seal_places.exists()
    assert submit(agreement).state == State.IN_APPROVAL


def test_a_change_of_order_name_or_file_asks_for_the_places_again(cast: None, objects: Path) -> None:
    agreement = city.with_seals(city.drafted(objects, at=AT), objects, at=AT)
    assert seals.are_current(agreement)

    def stale() -> bool:
        with pytest.raises(errors.Incomplete) as refused:
            submit(agreement)
        return [missing.place for missing in refused.value.missing] == ["seals"]

    for first in (False, True):
        actions.choose_parties(
            agreement_id=agreement.pk,
            counterparty=city.iwate_kensetsu(),
            approver=city.suzuki().staff,
            counterparty_first=first,
            by=city.sato(),
            at=AT,
        )
        agreement.refresh_from_db()
        assert seals.are_current(agreement) is first
    firm = city.iwate_kensetsu()
    firm.name = "岩手新建設株式会社"
    firm.save()
    assert stale()
    city.with_seals(models.Agreement.objects.get(pk=agreement.pk), objects, at=AT)
    found, normalised = city.examined(samples.hybrid_xref(), objects)
    actions.add_document(
        agreement_id=agreement.pk,
        name="別紙.pdf",
        original=samples.hybrid_xref(),
        normalised=normalised,
        examination=found,
        custody=city.vault_at(objects),
        by=city.sato(),
        at=AT,
    )
    actions.remove_document(
        agreement_id=agreement.pk, document_id=queries.documents_of(agreement)[0].pk, by=city.sato(), at=AT
    )
    assert stale()


def test_places_made_from_other_facts_are_refused(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    with pytest.raises(errors.SealsOutdated):
        actions.place_seals(
            agreement_id=agreement.pk,
            style=SealStyle.RED,
            corners={side: seals.Corner(1, 9, 9) for side in models.Side},
            reserved=b"%PDF-",
            basis="0" * 64,
            custody=city.vault_at(objects),
            by=city.sato(),
            at=AT,
        )


def test_the_approval_is_bound_to_the_look_of_the_seal(cast: None, objects: Path) -> None:
    agreement = submit(city.with_seals(city.drafted(objects, at=AT), objects, at=AT))
    shown = city.facts(agreement.pk)
    models.Agreement.objects.filter(pk=agreement.pk).update(seal_style=SealStyle.PLAIN)
    assert city.facts(agreement.pk) != shown


def test_a_new_draft_begins_with_the_choice_of_its_municipality(cast: None) -> None:
    assert actions.draft(by=city.sato(), at=AT).seal_style == SealStyle.NONE
    chosen = dataclasses.replace(municipalities.settings_of(city.morioka()), seal_style=SealStyle.RED)
    directory.change_settings(municipality=city.morioka(), entry=chosen, by=city.oikawa().actor, at=AT)
    assert actions.draft(by=city.sato(), at=AT).seal_style == SealStyle.RED
    assert actions.draft(by=city.takahashi(), at=AT).seal_style == SealStyle.NONE
