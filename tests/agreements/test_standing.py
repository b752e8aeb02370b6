"""The title of an agreement: in force on its day, at its consent, and told in the evidence under both names."""

from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from tests import city
from warifu.agreements import actions, errors, models, queries, sealing, standing
from warifu.directory import actions as directory
from warifu.directory import models as tables
from warifu.directory.actions import DeputyEntry
from warifu.directory.nominal import Deputy, Holder, Span, Terms

AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TODAY = date(2026, 4, 1)
ACTING = "盛岡市長職務代理者　盛岡市副市長"
RULE = "盛岡市事務決裁規程第7条"


def mayor() -> tables.ContractingAuthority:
    return tables.ContractingAuthority.objects.get(municipality=city.morioka(), title="盛岡市長")


def codes(terms: Terms, *, contract_on: date | None, respond_by: date | None = None) -> list[str]:
    return [one.code for one in standing.told(terms, contract_on=contract_on, respond_by=respond_by, today=TODAY)]


def test_nothing_is_said_of_a_title_that_stays_as_it_is() -> None:
    terms = Terms("盛岡市長", Span(), (Holder("盛岡 太郎", Span()),))
    assert codes(terms, contract_on=date(2026, 5, 1), respond_by=date(2026, 4, 15)) == []
    assert codes(Terms("盛岡市長", Span()), contract_on=None) == []


@pytest.mark.parametrize(
    ("ends", "contract_on", "respond_by", "told"),
    [
        (date(2026, 3, 31), TODAY, None, ["over"]),
        (date(2026, 4, 30), date(2026, 5, 1), None, ["not_on_the_day", "ends_before"]),
        (date(2026, 4, 10), date(2026, 4, 5), date(2026, 4, 15), ["ends_before"]),
        (TODAY, TODAY, None, []),
        (date(2026, 4, 15), TODAY, date(2026, 4, 15), []),
    ],
)
def test_a_title_that_ends_too_early_is_told_with_what_to_do(
    ends: date, contract_on: date, respond_by: date | None, told: list[str]
) -> None:
    terms = Terms("盛岡市長", Span(None, ends))
    assert codes(terms, contract_on=contract_on, respond_by=respond_by) == told


def test_a_title_that_has_not_begun_a_new_holder_a_deputy_and_a_vacancy_are_told() -> None:
    coming = Terms("盛岡市長", Span(date(2026, 4, 5), None))
    assert codes(coming, contract_on=date(2026, 4, 6)) == ["not_yet"]
    holders = (Holder("盛岡 太郎", Span(None, date(2026, 4, 10))), Holder("岩手 花子", Span(date(2026, 4, 11), None)))
    assert codes(Terms("盛岡市長", Span(), holders), contract_on=date(2026, 4, 11)) == ["name_changes"]
    assert codes(Terms("盛岡市長", Span(), holders), contract_on=date(2026, 4, 10)) == []
    assert codes(Terms("盛岡市長", Span(), holders[:1]), contract_on=date(2026, 4, 11)) == ["vacant", "name_changes"]
    deputy = Deputy(ACTING, "北上 次郎", "病気療養", "第152条", Span(date(2026, 4, 3), date(2026, 4, 4)))
    acting = Terms("盛岡市長", Span(), (Holder("盛岡 太郎", Span()),), (deputy,))
    assert codes(acting, contract_on=date(2026, 4, 3)) == ["name_changes"]
    assert codes(acting, contract_on=date(2026, 4, 5)) == ["name_changes", "name_changes"]


@pytest.mark.django_db
def test_a_draft_whose_day_lies_outside_the_title_is_not_submitted(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    directory.end_title(title=mayor(), last_day=date(2026, 3, 31), by=city.oikawa().actor, at=AT)
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "契約名義の有効期間の外" in refused.value.message


@pytest.mark.django_db
def test_nobody_drafts_in_a_title_that_is_not_theirs_to_use(cast: None) -> None:
    agreement = actions.draft(by=city.sato(), at=AT)
    directory.choose_title_users(
        title=mayor(), open_to_all=False, add=[city.suzuki().staff], by=city.oikawa().actor, at=AT
    )
    with pytest.raises(errors.NotYours):
        actions.describe(agreement_id=agreement.pk, contents=city.contents(), by=city.sato(), at=AT)


@pytest.mark.django_db
def test_only_the_approvers_of_a_title_approve_in_it(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    directory.choose_title_approvers(
        title=mayor(), add=[city.onodera().staff.pk], remove=[], by=city.oikawa().actor, at=AT
    )
    with pytest.raises(errors.Incomplete) as refused:
        actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    assert "この契約名義の承認者に指定されていません" in refused.value.message


@pytest.mark.django_db
def test_no_consent_is_given_in_a_title_that_is_over_at_that_moment(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    directory.end_title(title=mayor(), last_day=date(2026, 4, 2), by=city.oikawa().actor, at=AT)
    with pytest.raises(errors.TitleNotInForce) as refused:
        city.municipality_consents(agreement, at=datetime(2026, 4, 2, 15, 0, tzinfo=UTC))
    assert "有効期間の登録を運用管理者へ確認してください" in refused.value.message
    assert city.municipality_consents(agreement, at=datetime(2026, 4, 2, 14, 59, 59, tzinfo=UTC)).nominal == "盛岡市長"


@pytest.mark.django_db
def test_an_approval_does_not_outlive_the_holder_whose_name_it_saw(cast: None, objects: Path) -> None:
    agreement = city.drafted(objects, at=AT)
    actions.submit(agreement_id=agreement.pk, post=city.POST, by=city.sato(), at=AT)
    before = queries.facts_digest(models.Agreement.objects.get(pk=agreement.pk))
    directory.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, by=city.oikawa().actor, at=AT)
    assert queries.facts_digest(models.Agreement.objects.get(pk=agreement.pk)) != before


@pytest.mark.django_db
def test_both_names_stand_in_signature_seal_certificate_ledger_and_record(
    cast: None, bench: city.Trial, objects: Path
) -> None:
    at, by = datetime.now(UTC) - timedelta(minutes=5), city.oikawa().actor
    directory.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=None, by=by, at=at)
    entry = DeputyEntry(ACTING, "北上 次郎", "市長の病気療養", "地方自治法第152条第1項", date(2026, 1, 1))
    directory.deputise(title=mayor(), entry=entry, by=by, at=at)
    directory.name_consenter(title=mayor(), staff=city.onodera().staff, ground=RULE, by=by, at=at)
    agreement = city.sent(objects, at=at)
    city.counterparty_consents(agreement, at=at)
    given = city.municipality_consents(agreement, at=at)
    assert (given.statement, given.nominal, given.ground) == (2, f"{ACTING}　北上 次郎", RULE)
    assert given.deputising == "市長の病気療養（地方自治法第152条第1項）"
    statement = sealing.statement_of(models.SealStep.objects.get(consent=given))
    assert statement.name == "小野寺 隆"
    assert statement.location == f"盛岡市　{ACTING}　北上 次郎　（財政部長）"
    for said in (f"名義 {ACTING}　北上 次郎", "合意した職員 財政部長　小野寺 隆", f"専決・委任の根拠 {RULE}"):
        assert said in statement.reason
    assert "職務代理 市長の病気療養" in statement.reason
    tools = bench.tools
    assert sealing.advance(agreement_id=agreement.pk, tools=tools, at=datetime.now(UTC)) is sealing.Outcome.CONCLUDED
    agreement.refresh_from_db()
    record = agreement.record
    assert record is not None
    assert record.authority_title == "盛岡市長"
    assert record.nominal_party == f"{ACTING}　北上 次郎"
    assert (record.acting_officer, record.acting_ground) == ("財政部長 小野寺 隆", RULE)


@pytest.mark.django_db
def test_a_consent_of_the_first_version_is_told_as_it_always_was(cast: None, objects: Path) -> None:
    agreement = city.sent(objects, at=AT)
    city.counterparty_consents(agreement, at=AT)
    given = city.municipality_consents(agreement, at=AT)
    models.Consent.objects.filter(pk=given.pk).update(statement=1, nominal="", ground="", deputising="")
    statement = sealing.statement_of(models.SealStep.objects.get(consent=given))
    assert statement.location == "盛岡市　盛岡市長　財政部長"
    assert statement.reason.endswith("本人確認 職員アカウント（パスワード）")
