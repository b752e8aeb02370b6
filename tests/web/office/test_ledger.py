"""操作ログ, as 千田 (administrator, reads no contract) and 阿部 (auditor, reads them) see it."""

import csv
import io
import json

import pytest
from django.db import transaction
from django.test import Client

from tests import city
from tests.conftest import AT
from tests.web import test_pages
from warifu import settings
from warifu.access import models as access
from warifu.agreements import actions, models
from warifu.audit import actions as audit_actions
from warifu.audit import models as audit
from warifu.audit import queries, roots, spool, verification
from warifu.audit.actor import Actor, ActorKind
from warifu.audit.extracts import verify

pytestmark = pytest.mark.django_db


def administrator() -> Client:
    return test_pages.signed_in("chida@morioka.example.jp")


def auditor() -> Client:
    return test_pages.signed_in("abe@morioka.example.jp")


def page(client: Client, path: str) -> str:
    answer = client.get(path)
    assert answer.status_code == 200, path
    return answer.content.decode()


@pytest.fixture
def agreement(cast: None) -> models.Agreement:
    return city.sent(settings.OBJECTS_DIR, at=AT)


def sheet(client: Client, query: str, encoding: str = "utf-8-sig") -> list[list[str]]:
    answer = client.get(f"/office/ledger/lines.csv?{query}")
    assert answer.status_code == 200
    return list(csv.reader(io.StringIO(b"".join(answer).decode(encoding))))


def test_the_auditor_finds_a_contract_by_number_and_title_and_sees_who_did_what(agreement: models.Agreement) -> None:
    for about in (agreement.number, "歩道改良", str(agreement.pk)):
        told = page(auditor(), f"/office/ledger/?about={about}")
        assert "相手方へ送信しました" in told
        assert f"{agreement.number} {agreement.title}" in told
        assert "試験用の団体を登録しました" not in told
    assert "条件に合う操作はありません" in page(auditor(), "/office/ledger/?about=ない契約")


def test_the_administrator_reads_the_ledger_and_no_contract_in_it(agreement: models.Agreement) -> None:
    told = page(administrator(), f"/office/ledger/?about={agreement.number}")
    assert "相手方へ送信しました" in told
    assert agreement.title not in told
    assert "条件に合う操作はありません" in page(administrator(), "/office/ledger/?about=歩道改良")
    described = queries.entries_of(city.MORIOKA).filter(action="agreements.describe").get()
    line = page(administrator(), f"/office/ledger/{described.sequence}/")
    assert "金額（税込）" in line
    assert "46200000" not in line
    assert "46200000" in page(auditor(), f"/office/ledger/{described.sequence}/")
    assert agreement.title not in str(sheet(administrator(), ""))


def test_every_condition_narrows_the_page(agreement: models.Agreement) -> None:
    for query, there, absent in (
        ("who=鈴木", "承認しました", "相手方へ送信しました"),
        ("kind=consent", "条件に合う操作はありません", "相手方へ送信しました"),
        ("kind=drafting&who=佐藤", "相手方へ送信しました", "承認しました"),
        ("ip=192.0.2.", "相手方へ送信しました", "試験用の団体を登録しました"),
        ("ip=198.51.100.7", "条件に合う操作はありません", "相手方へ送信しました"),
        ("post=契約検査課", "相手方へ送信しました", "試験用の団体を登録しました"),
        ("date_from=R8.4.1&date_to=2026/4/1", "相手方へ送信しました", "条件に合う"),
        ("date_to=2026/3/31", "条件に合う操作はありません", "相手方へ送信しました"),
    ):
        told = page(auditor(), f"/office/ledger/?{query}").partition("<table")[2] or page(
            auditor(), f"/office/ledger/?{query}"
        )
        assert there in told, query
        assert absent not in told, query


@pytest.mark.parametrize("query", ["ip=どこか", "date_from=きのう", "date_from=R8.4.2&date_to=R8.4.1"])
def test_a_condition_that_cannot_be_read_is_told_beside_its_field(cast: None, query: str) -> None:
    answer = auditor().get(f"/office/ledger/?{query}")
    assert answer.status_code == 422
    assert "検索する前に" in answer.content.decode()


def test_pages_follow_each_other_without_gap_or_repetition(cast: None) -> None:
    for number in range(120):
        with transaction.atomic():
            audit_actions.append(
                ledger=city.MORIOKA,
                action="web.view",
                target=f"page:test{number}",
                by=Actor(ActorKind.STAFF, "s", "千葉 長" + "い" * 90, "長い名前の部 " * 9),
                at=AT,
            )
    path, seen = "/office/ledger/?who=千葉", []
    while path:
        answer = auditor().get(path)
        seen += [row.entry.sequence for row in answer.context["rows"]]
        after = answer.context["page"].next
        path = f"/office/ledger/?who=千葉&after={after}" if after else ""
    assert len(seen) == len(set(seen)) == 120
    assert seen == sorted(seen, reverse=True)


def test_what_was_just_seen_is_announced_and_then_listed(agreement: models.Agreement) -> None:
    client = auditor()
    client.get(f"/agreements/{agreement.pk}/")
    assert "まもなくここに表示します" in page(client, "/office/ledger/")
    spool.fold()
    told = page(client, "/office/ledger/?kind=view&who=阿部")
    assert "画面を閲覧しました" in told
    assert "操作ログ" in told, "whoever looks at the ledger is in it"


def test_the_detail_proves_its_place_and_tells_a_changed_line(agreement: models.Agreement) -> None:
    from tests.audit import emptying

    last = queries.head_of(city.MORIOKA).sequence
    assert "と一致しています" in page(auditor(), f"/office/ledger/{last}/")
    from django.db import connection

    emptying.run(
        "default",
        [
            *emptying.removal(connection.vendor),
            f"UPDATE audit_entry SET actor_name = '高橋' WHERE sequence = {last}",  # noqa: S608  our own number
        ],
    )
    assert "一致しません" in page(auditor(), f"/office/ledger/{last}/")


def test_the_sheet_holds_what_was_found_guards_formulas_and_is_itself_a_line(agreement: models.Agreement) -> None:
    with transaction.atomic():
        audit_actions.append(
            ledger=city.MORIOKA,
            action="web.view",
            target="page:desk:home",
            by=Actor(ActorKind.COUNTERPARTY, "p", "=HYPERLINK(1)", "𠮷野屋 @x"),
            at=AT,
        )
    head, *rows = sheet(auditor(), "")
    assert head[0] == "番号"
    assert len(rows) == queries.head_of(city.MORIOKA).sequence
    assert rows[0][2] == "'=HYPERLINK(1)"
    assert any(row[6] == f"{agreement.number} {agreement.title}" for row in rows)
    assert len(sheet(auditor(), "who=鈴木")) == 2
    assert sheet(auditor(), "encoding=cp932", "cp932")[1][3] == "?野屋 @x", "CP932 has no such letter"
    told = audit.SpooledEntry.objects.filter(action="web.export").first()
    assert told is not None
    assert (told.target, told.actor_name) == ("page:office:ledger_sheet", "阿部 聡")


def test_an_export_verifies_without_a_database_and_withholds_contracts_from_who_reads_none(
    agreement: models.Agreement,
) -> None:
    taken = b"".join(auditor().get("/office/ledger/export/lines.jsonl")).decode()
    report = verification.verify_export(taken.splitlines(keepends=True))
    assert (report.intact, report.head) == (True, queries.head_of(city.MORIOKA))
    withheld = b"".join(administrator().get("/office/ledger/export/lines.jsonl")).decode()
    found, _ = verify(withheld.splitlines(keepends=True))
    assert found.intact
    assert found.last == report.head.sequence
    assert found.withheld > 5
    assert agreement.title not in withheld
    assert agreement.title in json.loads(json.dumps(taken, ensure_ascii=False))
    assert "年度ごとの件数" in page(auditor(), "/office/ledger/export/")


def test_the_roots_can_be_taken_away_and_say_nothing_of_others(agreement: models.Agreement) -> None:
    assert "日次の証明はまだありません" in page(auditor(), "/office/ledger/export/")
    roots.make(day=AT.date(), stamp=lambda digest: roots.Stamp(digest, AT, "試験用の時刻認証局"), at=AT)
    told = page(administrator(), "/office/ledger/export/")
    assert "試験用の時刻認証局" in told
    assert "の証明がまだ付いていません" in told, "yesterday's is missing"
    taken = b"".join(administrator().get("/office/ledger/export/roots.jsonl")).decode()
    (kept,) = roots.read(taken.splitlines())
    assert [leaf.ledger for leaf in kept.known] == [city.MORIOKA]
    assert city.TAKIZAWA not in taken


@pytest.mark.parametrize("login", ["sato", "suzuki", "oikawa"])
def test_others_are_refused_and_the_refusal_is_a_line(cast: None, login: str) -> None:
    client = test_pages.signed_in(f"{login}@morioka.example.jp")
    for path in ("", "1/", "lines.csv", "export/", "export/lines.jsonl"):
        assert client.get(f"/office/ledger/{path}").status_code == 403
    assert audit.SpooledEntry.objects.filter(action="web.refuse").count() == 5


def test_another_municipalitys_ledger_does_not_show(agreement: models.Agreement) -> None:
    chief = access.Account.objects.get(
        staff__municipality__code=city.TAKIZAWA, staff__role_grants__role="administrator"
    )
    client = test_pages.signed_in(chief.mail)
    told = page(client, "/office/ledger/")
    assert "佐藤 美咲" not in told
    assert "条件に合う操作はありません" in page(client, f"/office/ledger/?about={agreement.pk}")
    assert client.get("/office/ledger/5000/").status_code == 404


def test_a_draft_changed_twice_shows_what_was_before(cast: None) -> None:
    drafted = actions.draft(by=city.sato(), at=AT)
    actions.describe(agreement_id=drafted.pk, contents=city.contents(), by=city.sato(), at=AT)
    actions.describe(agreement_id=drafted.pk, contents=city.contents(amount=1_000), by=city.sato(), at=AT)
    last = queries.head_of(city.MORIOKA).sequence
    told = page(auditor(), f"/office/ledger/{last}/")
    assert "46200000" in told
    assert "1000" in told
    assert "件名" not in told, "only what differs"
