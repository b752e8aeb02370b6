"""The certificate says all that it was given, hides what one side need not know, and stays the same."""

import dataclasses
import io
import re
import shutil
import subprocess
from datetime import UTC, date, datetime
from uuid import UUID

import pikepdf
import pytest

from warifu.agreements import certificate
from warifu.archive import marks

AGREED, SEALED = "8a0089cfad55483c" * 4, "3158212066e875ae" * 4
STAMP = certificate.Timestamp(
    purpose="長期署名",
    authority="架空時刻認証局",
    stamped_at=datetime(2026, 3, 31, 15, 0, 9, tzinfo=UTC),
    valid_until=datetime(2037, 3, 1, 14, 59, 59, tzinfo=UTC),
    serial="1a2b3c4d5e6f7a8b9c0d",
)
CONSENTED = dataclasses.replace(STAMP, purpose="岩手建設株式会社の合意", serial="77aa55")
FILE = certificate.CertifiedFile(
    name="工事請負契約書.pdf",
    agreed_digest=AGREED,
    agreed_size=90210,
    sealed_digest=SEALED,
    pages=2,
    size=114321,
    timestamps=(CONSENTED, dataclasses.replace(CONSENTED, purpose="盛岡市の合意", serial="88bb66"), STAMP),
)
TRAIL = marks.Trail("032018", 12, 34, "0badc0de" * 8)
APPROVAL = certificate.Approval("契約検査課", "課長", "鈴木 健一", datetime(2026, 3, 30, 1, 2, 3, tzinfo=UTC))
KUDO = certificate.CertifiedParty(
    order=1,
    side="受注者",
    organisation="岩手建設株式会社",
    authority="",
    signer_title="代表取締役",
    signer_name="工藤 正一",
    mail="m.kudo@iwate-kensetsu.example.jp",
    viewed_at=datetime(2026, 3, 31, 14, 20, 0, tzinfo=UTC),
    consented_at=datetime(2026, 3, 31, 14, 59, 59, tzinfo=UTC),
    authenticated_by="招待リンクと確認コード",
    ip="203.0.113.77",
)
ONODERA = certificate.CertifiedParty(
    order=2,
    side="発注者",
    organisation="盛岡市",
    authority="盛岡市長",
    signer_title="財政部長",
    signer_name="小野寺 隆",
    mail="onodera@morioka.example.jp",
    viewed_at=None,
    consented_at=datetime(2026, 3, 31, 15, 0, 0, tzinfo=UTC),
    authenticated_by="パスワードによるサインイン",
    ip=None,
)
FACTS = certificate.CertificateFacts(
    agreement_id=UUID("6f1c2f0a-7b3e-4f0c-9d8e-1a2b3c4d5e6f"),
    number="2026-0117",
    title="架空橋 橋梁補修工事（その２）",
    kind="工事請負契約書",
    municipality="盛岡市",
    contract_on=date(2026, 4, 1),
    agreed_at=ONODERA.consented_at,
    concluded_at=STAMP.stamped_at,
    approval=APPROVAL,
    files=(FILE,),
    parties=(ONODERA, KUDO),
    trail=TRAIL,
    verify_url="https://warifu.example.jp/verify/",
    trial=False,
)
LONG = (
    "髙﨑設備・もりおか環境整備・北上川土木特定建設工事共同企業体 代表構成員 "
    "株式会社髙﨑𠮷葛\U000e0100設備工業盛岡支店第一営業所工事部"
)


def words(content: bytes) -> str:
    """The text of a PDF as a reader's copy command takes it, without line breaks and spaces."""
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    taken = subprocess.run(["pdftotext", "-raw", "-", "-"], input=content, capture_output=True, check=True)
    return re.sub(r"\s+", "", taken.stdout.decode())


def pages(content: bytes) -> int:
    with pikepdf.open(io.BytesIO(content)) as pdf:
        return len(pdf.pages)


def test_one_file_and_two_parties_fit_on_one_page() -> None:
    assert pages(certificate.render(FACTS)) == 1
    assert pages(certificate.render(dataclasses.replace(FACTS, trial=True))) == 1


def test_the_same_facts_give_the_same_bytes_and_others_do_not() -> None:
    content = certificate.render(FACTS)
    assert certificate.render(FACTS) == content
    assert certificate.render(dataclasses.replace(FACTS, number="2026-0118")) != content


def test_every_fact_can_be_read_in_the_text() -> None:
    text = words(certificate.render(FACTS))
    for fact in (
        str(FACTS.agreement_id),
        "2026-0117",
        "架空橋橋梁補修工事（その２）",
        "工事請負契約書.pdf",
        "2ページ、114,321バイト",
        AGREED,
        SEALED,
        "盛岡市長",
        "財政部長小野寺隆",
        "岩手建設株式会社",
        "代表取締役工藤正一",
        "招待リンクと確認コード",
        "架空時刻認証局",
        "岩手建設株式会社の合意",
        "1a2b3c4d5e6f7a8b9c0d",
        "77aa55",
        "契約検査課課長鈴木健一令和8年3月30日（月）10時02分03秒",
        "第12号から第34号まで",
        TRAIL.digest,
        "https://warifu.example.jp/verify/",
        "この証明書は、契約書ではありません。",
    ):
        assert fact in text, fact


def test_moments_are_japans_with_seconds_across_the_end_of_the_fiscal_year() -> None:
    text = words(certificate.render(FACTS))
    assert "令和8年3月31日（火）23時59分59秒" in text
    assert "合意日時令和8年4月1日（水）0時00分00秒" in text
    assert "締結日時令和8年4月1日（水）0時00分09秒" in text
    assert "閲覧令和8年3月31日（火）23時20分00秒" in text
    assert "令和19年3月1日（日）" in text


def test_both_sides_read_who_consented_and_neither_learns_the_others_machine() -> None:
    text = words(certificate.render(FACTS))
    assert "m.kudo@iwate-kensetsu.example.jp" in text
    assert "203.0.*.*" in text
    assert "113.77" not in text


def test_a_request_that_went_to_another_address_is_told_with_both_addresses_masked() -> None:
    assert words(certificate.render(FACTS)).count("宛先の変更・転送なし") == 2
    moved = certificate.Redirection(KUDO.consented_at, "old.mail@wrong.example.jp", KUDO.mail)
    facts = dataclasses.replace(FACTS, parties=(dataclasses.replace(KUDO, redirections=(moved,)), ONODERA))
    text = words(certificate.render(facts))
    assert "o***l@wro******.example.jpからm***o@iwate-k******.example.jpへ" in text
    assert "old.mail" not in text


def test_programs_read_the_same_digests_and_the_place_of_the_ledger() -> None:
    found = marks.Marks.read(certificate.render(FACTS))
    assert found.origin == f"agreement:{FACTS.agreement_id}"
    assert found.files == (marks.MarkedFile(SEALED, 114321, AGREED, 90210),)
    assert found.trail == TRAIL


def test_a_body_without_approvers_says_so() -> None:
    assert "承認者を置かない運用" in words(certificate.render(dataclasses.replace(FACTS, approval=None)))


def test_parties_stand_in_the_order_in_which_they_consented() -> None:
    text = words(certificate.render(FACTS))
    assert text.index("岩手建設株式会社") < text.index("盛岡市長")


def test_a_trial_says_so_and_only_a_trial() -> None:
    trial = words(certificate.render(dataclasses.replace(FACTS, trial=True)))
    assert "契約の証明には使用できません。" in trial
    assert "試用環境" not in words(certificate.render(FACTS))


def test_markup_in_a_name_stays_text() -> None:
    hostile = '#[*x*] $a$ \\ @b <c> #read("/etc/hostname") // "'
    text = words(certificate.render(dataclasses.replace(FACTS, title=hostile)))
    assert re.sub(r"\s+", "", hostile) in text


def test_rare_glyphs_and_sixty_characters_of_a_joint_venture_keep_every_character() -> None:
    assert len(LONG) >= 60
    partners = tuple(dataclasses.replace(KUDO, order=order, organisation=LONG) for order in (1, 2, 3))
    facts = dataclasses.replace(FACTS, parties=(*partners, dataclasses.replace(ONODERA, order=4)))
    content = certificate.render(facts)
    text = words(content)
    for character in ("髙", "﨑", "𠮷", "葛\U000e0100"):
        assert text.count(character) >= 3, character
    assert pages(content) <= 2


def test_twenty_files_go_on_over_further_pages() -> None:
    files = tuple(dataclasses.replace(FILE, name=f"別冊{place}.pdf") for place in range(20))
    content = certificate.render(dataclasses.replace(FACTS, files=files))
    assert pages(content) > 1
    text = words(content)
    assert all(file.name in text for file in files)


def test_a_file_name_without_a_place_to_break_stays_inside_the_page() -> None:
    if shutil.which("pdftotext") is None:
        pytest.skip("pdftotext (poppler) is not installed")
    content = certificate.render(
        dataclasses.replace(FACTS, files=(dataclasses.replace(FILE, name="W" * 190 + ".pdf"),))
    )
    boxes = subprocess.run(["pdftotext", "-bbox", "-", "-"], input=content, capture_output=True, check=True).stdout
    edges = [float(edge) for edge in re.findall(rb'xMax="([0-9.]+)"', boxes)]
    assert max(edges) < 595.3 - 50


def test_it_declares_pdf_a_2a_and_pdf_ua_1_and_carries_its_fonts() -> None:
    with pikepdf.open(io.BytesIO(certificate.render(FACTS))) as pdf:
        told = pdf.open_metadata()
        assert (told["pdfaid:part"], told["pdfaid:conformance"]) == ("2", "A")
        assert told["pdfuaid:part"] == "1"
        assert str(pdf.Root.Lang).lower().startswith("ja")
        assert pdf.Root.MarkInfo.Marked
        assert "締結証明書" in str(pdf.docinfo["/Title"])
        assert str(pdf.docinfo["/CreationDate"]).startswith("D:20260331150009")


@pytest.mark.parametrize(
    "wrong",
    [
        {"files": ()},
        {"parties": ()},
        {"agreed_at": datetime(2026, 4, 1)},  # noqa: DTZ001  # the missing zone is the point
        {"files": (dataclasses.replace(FILE, sealed_digest="8A" * 32),)},
        {"files": (dataclasses.replace(FILE, agreed_digest="8a"),)},
    ],
    ids=["no file", "no party", "no zone", "capitals", "short"],
)
def test_facts_that_prove_nothing_are_refused(wrong: dict[str, object]) -> None:
    with pytest.raises(ValueError, match=r"a certificate names|time zone|SHA-256"):
        certificate.render(dataclasses.replace(FACTS, **wrong))  # type: ignore[arg-type]  # one member at a time


@pytest.mark.parametrize(
    ("mail", "shown"),
    [
        ("m.kudo@iwate-kensetsu.example.jp", "m***o@iwate-k******.example.jp"),
        ("ab@x.jp", "a***@x******.jp"),
        ("a@city.morioka.iwate.jp", "a***@ci******.morioka.iwate.jp"),
    ],
)
def test_an_address_is_known_again_by_its_owner_only(mail: str, shown: str) -> None:
    assert certificate.masked_mail(mail) == shown


@pytest.mark.parametrize(
    ("ip", "shown"),
    [("203.0.113.77", "203.0.*.*"), ("2001:db8:1:2::7", "2001:db8:*"), ("::1", "::*"), (None, "記録なし")],
)
def test_of_an_ip_address_the_network_is_shown(ip: str | None, shown: str) -> None:
    assert certificate.masked_ip(ip) == shown
