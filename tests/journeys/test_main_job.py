"""The main job, in a browser, with real PDFs: from an officer's upload to identical bytes on both sides."""

import hashlib
import json
import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Page

from tests import samples
from tests.house import floors
from tests.journeys.conftest import CORPUS, Visitor

pytestmark = pytest.mark.browser

OFFICE_MADE = "23978ae95e94.pdf"
KUDO = "kudo@iwate-kensetsu.example.jp"


def papers(folder: Path) -> list[Path]:
    """Two PDFs under the names of a contract's papers: our own contract, and a real one that Office made.

    Office's hybrid cross-references are what two of three real files have; where the corpus is absent, our own sample
    of that kind stands in for it.
    """
    office = CORPUS / OFFICE_MADE
    contents = [samples.contract(), office.read_bytes() if office.is_file() else samples.hybrid_xref()]
    made = []
    for name, content in zip(("工事請負契約書.pdf", "別紙（内訳書）.pdf"), contents, strict=True):
        made.append(folder / name)
        made[-1].write_bytes(content)
    return made


def saved(page: Page, link: str, into: Path) -> bytes:
    """Press a link that keeps a file, and read what came."""
    with page.expect_download() as coming:
        page.get_by_role("link", name=link).first.click()
    path = into / coming.value.suggested_filename
    coming.value.save_as(path)
    return path.read_bytes()


def evidence(visitor: Visitor, into: Path) -> dict[str, object]:
    """Press the button for the evidence bundle, and let the command judge what came, with the trial's root."""
    with visitor.page.expect_download(timeout=60_000) as coming:
        visitor.press("証拠一式（ZIP）を保存")
    assert coming.value.suggested_filename.startswith("証拠一式（")
    path = into / f"{visitor.name}.zip"
    coming.value.save_as(path)
    root = visitor.world.data / "trial" / "root.pem"
    done = subprocess.run(
        [sys.executable, "-m", "warifu", "verify-bundle", str(path), "--trust", str(root), "--json"],
        cwd=floors.ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    told: dict[str, object] = json.loads(done.stdout)
    assert done.returncode == 0, told
    return told


def digests(visitor: Visitor) -> set[tuple[str, str]]:
    """Every file that this page lets one keep, fetched with this person's own cookies: name and SHA-256."""
    links = visitor.page.locator("main a[download]").evaluate_all(
        "links => links.map(link => [link.getAttribute('download'), link.href])"
    )
    kept = set()
    for name, address in links:
        answer = visitor.context.request.get(address)
        assert answer.status == 200, address
        kept.add((name, hashlib.sha256(answer.body()).hexdigest()))
    return kept


def mail_link(visitor: Visitor, subject: str) -> str:
    """Open the newest mail with this subject in the trial mailbox and return its link."""
    visitor.open(f"/mailbox/?to={KUDO}")
    visitor.wait_for(subject)
    visitor.page.get_by_role("link", name=re.compile(subject)).first.click()
    found = re.search(r"http://\S+/c/\S+", visitor.page.inner_text("main"))
    assert found
    return found[0]


def draft(
    desk: Visitor,
    files: list[Path],
    *,
    number: str,
    title: str,
    before_submitting: Callable[[], object] = lambda: None,
) -> None:
    """佐藤 drops the files, fills in the form and submits."""
    desk.sign_in("sato@morioka.example.jp")
    desk.look("01-desk-home")
    desk.page.get_by_role("link", name="契約を起案する").first.click()
    desk.look("02-desk-new")
    desk.page.locator("input[type=file]").set_input_files(files)
    desk.page.get_by_role("button", name=re.compile("登録して検査する|検査")).click()
    desk.page.wait_for_url(re.compile("/files/"))
    assert desk.page.get_by_text("使用できます", exact=True).count() == len(files)
    desk.look("03-desk-files")
    desk.page.get_by_role("link", name="契約の内容へ進む").click()
    desk.page.get_by_label("件名").fill(title)
    desk.page.get_by_label("契約番号").fill(number)
    desk.page.get_by_label("文書の種類").select_option(label="工事請負契約書")
    desk.page.get_by_label("契約名義").select_option(label="盛岡市長")
    desk.page.get_by_label("決裁番号").fill("8財契第588号")
    desk.page.get_by_label("契約金額（税込）").fill("18,7OO,000")
    desk.page.get_by_label("契約日").fill("R8.4.1")
    desk.page.get_by_label("履行期間の始まり").fill("2026/4/2")
    desk.page.get_by_label("履行期間の終わり").fill("20261030")
    desk.press("相手方と順序へ進む")
    assert desk.page.get_by_label("契約金額（税込）").input_value() == "18,7OO,000", "what was typed stays"
    desk.look("04-desk-contents-mistake")
    desk.page.get_by_label("契約金額（税込）").fill("18,700,000")
    desk.press("相手方と順序へ進む")
    desk.page.locator("select[name=approver]").select_option(index=1)
    desk.press("相手方を選ぶ")
    desk.page.get_by_label("商号・フリガナ・法人番号・氏名・メールアドレス").fill("岩手建設")
    desk.press("検索する")
    desk.page.get_by_role("link", name="岩手建設株式会社").click()
    desk.press("この方に依頼する")
    assert desk.shows("相手方に岩手建設株式会社を選びました")
    desk.look("05-desk-parties")
    desk.press("確認へ進む")
    desk.look("06-desk-confirm")
    before_submitting()
    desk.press("承認を依頼する")
    assert desk.shows("承認を依頼しました")


def approve(other_desk: Visitor, title: str) -> None:
    """鈴木 confirms that this is what was decided."""
    other_desk.sign_in("suzuki@morioka.example.jp")
    other_desk.page.get_by_role("link", name="承認する").first.click()
    other_desk.page.get_by_role("link", name=re.compile(f"内容を確かめる.*{title}")).click()
    other_desk.page.get_by_role("checkbox").first.wait_for()
    other_desk.page.locator("canvas").first.wait_for()
    other_desk.look("07-desk-approve")
    other_desk.press("承認する")
    assert other_desk.shows("確認欄に印を付けてください"), "no approval without the confirmation"
    other_desk.page.get_by_role("checkbox").first.check()
    other_desk.press("承認する")
    assert other_desk.shows("承認しました")


def test_a_contract_is_concluded_end_to_end(desk: Visitor, other_desk: Visitor, phone: Visitor, tmp_path: Path) -> None:
    title = "市道館向町線歩道改良工事"
    draft(desk, papers(tmp_path), number="2026-0160", title=title)
    approve(other_desk, title)
    desk.page.reload()
    desk.press("送信する")
    assert desk.shows("送信しました")
    code = re.search(r"\d{4}[ 　]?\d{4}", desk.page.inner_text("main"))
    assert code, "the officer reads the code to the contractor over the telephone"
    desk.look("08-desk-sent")

    link = mail_link(phone, "契約書の確認のお願い")
    phone.look("09-mail")
    phone.open(link)
    assert "/c/" not in phone.page.url, "no token in the address"
    phone.look("10-counter-landing")
    phone.page.locator("input[name=code]").fill("00000000")
    phone.press("契約書の確認を始める")
    assert phone.shows("あと4回")
    phone.look("11-counter-wrong-code")
    phone.page.locator("input[name=code]").fill(code[0])
    phone.press("契約書の確認を始める")
    phone.page.locator("canvas").first.wait_for()
    phone.page.locator(".textLayer span").first.wait_for(state="attached")
    phone.look("12-counter-read", whole=False)
    phone.press("合意する")
    assert phone.shows("印を付けて"), "no consent without the tick"
    phone.page.get_by_role("checkbox").check()
    phone.press("合意する")
    assert phone.shows("合意を受け付けました")
    phone.look("13-counter-accepted")

    other_desk.press("サインアウト")
    other_desk.sign_in("onodera@morioka.example.jp")
    other_desk.page.get_by_role("link", name="合意する").first.click()
    other_desk.page.get_by_role("link", name=re.compile(f"内容を確かめる.*{title}")).click()
    other_desk.page.locator("canvas").first.wait_for()
    other_desk.look("14-desk-consent")
    other_desk.page.get_by_role("checkbox").first.check()
    other_desk.press("合意する")
    assert other_desk.shows("合意を受け付けました")
    other_desk.wait_for("締結済みの文書を見る")
    other_desk.look("15-desk-concluded")

    done = mail_link(phone, "契約の締結が完了しました")
    phone.open(done)
    phone.page.locator("input[name=code]").fill(code[0])
    phone.page.get_by_role("button").first.click()
    assert phone.shows("締結")
    phone.look("16-counter-done")
    phone.page.get_by_text("裁判や監査で証明が必要なとき").click()
    phone.look("16-counter-evidence")
    assert evidence(phone, tmp_path)["outcome"] == "passed"
    theirs = digests(phone)
    assert sorted(name for name, _ in theirs) == [
        "別紙（内訳書）.pdf",
        "工事請負契約書.pdf",
        "締結証明書（2026-0160）.pdf",
    ]

    desk.page.get_by_role("link", name="締結済みの契約を探す").click()
    desk.page.get_by_label("取引年月日（から）").fill("R8.4.1")
    desk.page.get_by_label("取引年月日（まで）").fill("2026/4/30")
    desk.page.get_by_label("金額（から）").fill("18700000")
    desk.page.get_by_label("金額（まで）").fill("18,700,000")
    desk.page.get_by_label("取引先").fill("岩手建設")
    desk.press("検索する")
    desk.look("17-desk-records")
    desk.page.get_by_role("link", name=title).first.click()
    desk.page.locator("canvas").first.wait_for()
    desk.look("18-desk-record")
    assert evidence(desk, tmp_path)["outcome"] == "passed"
    ours = digests(desk)
    assert theirs <= ours, "both halves match"
    contract = saved(desk.page, "締結済みのPDFを保存", tmp_path)
    assert ("工事請負契約書.pdf", hashlib.sha256(contract).hexdigest()) in theirs

    kept = tmp_path / "kept.pdf"
    kept.write_bytes(contract)
    phone.open("/verify/")
    phone.look("19-verify-empty")
    phone.page.locator("input[type=file]").set_input_files(kept)
    phone.press("検証する")
    assert phone.shows("変更されていません")
    phone.look("20-verify-passed")
    changed = bytearray(contract)
    changed[len(changed) // 3] ^= 1
    kept.write_bytes(bytes(changed))
    phone.open("/verify/")
    phone.page.locator("input[type=file]").set_input_files(kept)
    phone.press("検証する")
    phone.look("21-verify-failed")
    assert not phone.shows("変更されていません")
