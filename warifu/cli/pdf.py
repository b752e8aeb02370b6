"""`warifu seal`, `verify`, `inspect`: single files, without the database 単独のPDFの封緘・検証・検査."""

import json
import os
import sys
import tempfile
from collections.abc import Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from warifu.japan import calendar
from warifu.pades import boxed, explanations, intake, reports, sunsets
from warifu.pades import errors as pades_errors

from . import foresight, trial

_WORDS = {
    reports.Result.PASSED: "合格",
    reports.Result.FAILED: "不合格",
    reports.Result.INDETERMINATE: "判定できません",
}
_VERDICTS = {
    intake.Verdict.ACCEPT: "使用できます",
    intake.Verdict.REPAIR: "修復したうえで使用できます",
    intake.Verdict.REFUSE: "使用できません",
}


_MARKS = {True: "修復：", False: ""}


def seal(source: Path, target: Path, *, level: str = "B-LTA") -> int:
    """Normalise, seal in the trial signer's name, validate, then write; an existing file stays 封緘.

    The service's own key is never used here: every seal of a contract follows from a party's consent.
    """
    if not _readable(source):
        return 2
    if target.exists():
        print(f"{target} は既にあります。別の保存先を指定してください。", file=sys.stderr)
        return 2
    from warifu import settings

    if not settings.TRIAL:
        print("この命令は試験環境だけで使えます。契約書の署名は、当事者の合意によってのみ付きます。", file=sys.stderr)
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        normalised = Path(scratch, "normalised.pdf")
        examination = intake.examine(source, normalised, limits=_limits())
        if examination.reason is not None:
            print(f"{examination.reason.message}{examination.reason.next_step}", file=sys.stderr)
            return 1
        content = normalised.read_bytes()
    try:
        with trial.lent(settings.TRIAL_DIR) as environment:
            sealed, report = _sealed(content, environment, settings.TRIAL_DIR, reports.Level(level))
    except pades_errors.PadesError as problem:
        print(f"{problem.message}{problem.next_step}", file=sys.stderr)
        return 1
    except trial.NotStarted as problem:
        print(f"試験用のサーバーが起動しませんでした（{problem}）。", file=sys.stderr)
        return 1
    _write_whole(target, sealed)
    print(f"{target} に長期署名を付けました（{report.level}、試験用）。")
    return 0


def verify(file: Path, *, as_json: bool, pdf: Path | None, at: str | None, trust: Sequence[Path], online: bool) -> int:
    """Validate in a limited process; 0 only when passed 検証.

    `pdf` is where the sealed report goes; an existing file stays.
    """
    if not _readable(file):
        return 2
    try:
        basis = moment(at)
    except ValueError:
        print(f"日時「{at}」を読み取れません。例：2036-11-01、2036-11-01T09:00:00+09:00", file=sys.stderr)
        return 2
    if pdf is not None and pdf.exists():
        print(f"{pdf} は既にあります。別の保存先を指定してください。", file=sys.stderr)
        return 2
    from warifu import settings

    anchors = [path for path in (trust or settings.TRUST_FILES) if path.is_file()]
    routes = settings.REVOCATION_ROUTES if online else {}
    lists, table = settings.TRUST_LISTS_DIR, sunsets.Sunsets(settings.ALGORITHM_SUNSETS)
    now = datetime.now(UTC)
    if basis > now and pdf is None:
        present, later = (
            boxed.validate_boxed(file, trust_files=anchors, trust_lists=lists, at=asked, table=table)
            for asked in (now, basis)
        )
        return foresight.tell(file, present, later, table=table, as_json=as_json)
    report = boxed.validate_boxed(file, trust_files=anchors, trust_lists=lists, at=basis, routes=routes, table=table)
    if pdf is not None and not _write_report(report, file, pdf):
        return 2
    if as_json:
        print(json.dumps(report.as_json(), ensure_ascii=False, indent=2))
    else:
        _tell(file, report)
    return 0 if report.result is reports.Result.PASSED else 1


def inspect(file: Path, *, as_json: bool) -> int:
    """Examine as an upload would be; 0 only when it can be used 検査."""
    if not _readable(file):
        return 2
    with tempfile.TemporaryDirectory() as scratch:
        examination = intake.examine(file, Path(scratch, "normalised.pdf"), limits=_limits())
    if as_json:
        print(json.dumps(_plain(examination), ensure_ascii=False, indent=2))
    else:
        print(f"{file}: {_VERDICTS[examination.verdict]}（{examination.pages}ページ、{examination.size:,}バイト）")
        for finding in [examination.reason] if examination.reason else examination.notes:
            print(f"  {_MARKS[finding.repair]}{finding.message}{finding.next_step if finding.asks else ''}")
    return 1 if examination.verdict is intake.Verdict.REFUSE else 0


def _sealed(
    content: bytes, environment: dict[str, str], directory: Path, level: reports.Level
) -> tuple[bytes, reports.ValidationReport]:
    from warifu.pades import keys as signing_keys
    from warifu.pades import sealing, trust, validation
    from warifu.pades.transports import keys, revocation, tsa, wire

    at = datetime.now(UTC)
    routes = dict(part.split("=", 1) for part in environment["WARIFU_REVOCATION_ROUTES"].split(","))
    anchors = trust.TrustAnchors.load([directory / "root.pem"])
    line = wire.Wire()
    source = revocation.HttpRevocation(routes=routes, wire=line)
    sealer = sealing.Sealer(
        keyring=signing_keys.Keyring.of(
            keys.load_pem(
                key=directory / "signer.key", certificate=directory / "signer.pem", chain=directory / "chain.pem"
            )
        ),
        trust=anchors,
        timestamper=tsa.HttpTimestamper(services=tsa.services([environment["WARIFU_TSA_URLS"]]), wire=line),
        revocation=source,
    )
    try:
        sealed = sealer.single_seal(content, field="Seal", party=None, at=at, level=level)
        report = validation.validate(sealed, trust=anchors, at=datetime.now(UTC), revocation=source)
    finally:
        line.close()
    if report.level is not level or (report.result is not reports.Result.PASSED and level is not reports.Level.B_B):
        raise pades_errors.SealNotValid(f"{report.result} {report.level} {report.problem}")
    return sealed, report


def _write_report(report: reports.ValidationReport, file: Path, target: Path) -> bool:
    from warifu import settings

    try:
        size = file.stat().st_size
        if settings.TRIAL:
            from warifu.archive import findings

            paper = findings.render(report, name=file.name, size=size, trial=True)
            with trial.lent(settings.TRIAL_DIR) as environment:
                sealed, _ = _sealed(paper, environment, settings.TRIAL_DIR, reports.Level.B_LTA)
        else:
            import django

            django.setup()
            from warifu import wiring

            sealed = wiring.sealed_findings(report, name=file.name, size=size, at=datetime.now(UTC))
    except pades_errors.PadesError as problem:
        print(f"検証報告書に署名できませんでした。{problem.message}{problem.next_step}", file=sys.stderr)
        return False
    except trial.NotStarted as problem:
        print(f"試験用のサーバーが起動しませんでした（{problem}）。", file=sys.stderr)
        return False
    _write_whole(target, sealed)
    return True


def _readable(file: Path) -> bool:
    if file.is_file() and os.access(file, os.R_OK):
        return True
    print(f"{file} を読めません。ファイルの場所と名前を確かめてください。", file=sys.stderr)
    return False


def moment(text: str | None) -> datetime:
    """What was typed as `--at`, Japan time without a zone; now when nothing was. Raises ValueError 検証の基準日時."""
    if text is None:
        return datetime.now(UTC)
    typed = datetime.fromisoformat(text)
    return typed if typed.tzinfo else typed.replace(tzinfo=ZoneInfo("Asia/Tokyo"))


def _write_whole(target: Path, content: bytes) -> None:
    """Complete or not at all, and never over a file that is there."""
    with tempfile.NamedTemporaryFile(dir=target.absolute().parent, delete=False) as scratch:
        scratch.write(content)
        scratch.flush()
        os.fsync(scratch.fileno())
    try:
        os.link(scratch.name, target)
    finally:
        Path(scratch.name).unlink()
    target.chmod(0o644)


def _limits() -> intake.Limits:
    from warifu import settings

    return intake.Limits(size=settings.UPLOAD_MAX_BYTES, renderers=settings.RENDERERS)


def _plain(examination: intake.Examination) -> dict[str, Any]:
    def finding(one: intake.Finding | None) -> dict[str, str] | None:
        return {"code": one.code, "message": one.message, "next_step": one.next_step} if one else None

    return {
        "verdict": examination.verdict.value,
        "lane": examination.lane.value,
        "reason": finding(examination.reason),
        "notes": [finding(note) for note in examination.notes],
        "pages": examination.pages,
        "size": examination.size,
        "original_digest": examination.original_digest,
        "normalised_digest": examination.normalised_digest,
        "dry_run_sealed": examination.dry_run_sealed,
    }


def _tell(file: Path, report: reports.ValidationReport) -> None:
    told = explanations.of_report(report)
    level = f"、{report.level.value}" if report.level else ""
    print(f"{file}: {_WORDS[report.result]}{level}{f'（{report.problem}）' if report.problem else ''}")
    print(f"  {told.heading}。{told.lead}{told.next_step}")
    for one in report.signatures:
        kind = "タイムスタンプ" if one.kind == "timestamp" else "電子署名"
        when = calendar.wareki_moment(one.time) if one.time else "時刻なし"
        who = "　".join(part for part in (one.organisation, one.party) if part)
        reason = f"（{one.sub_indication}）" if one.sub_indication else ""
        print(f"  {kind}　{_WORDS[one.result]}{reason}　{when}　{one.signer}　{who}".rstrip())
        print(f"    {explanations.of_signature(one)}その後の変更：{'、'.join(explanations.of_changes(one.changes))}")
        anchor = next((held.trust_list for held in one.chain if held.trust_list), None)
        if anchor:
            print(f"    信頼の根拠：{anchor}")
    if report.sealed_until:
        print(f"  有効性期限　{calendar.wareki(calendar.day_in_japan(report.sealed_until))}")
    if report.assumed:
        print("  最後のタイムスタンプの証明書が失効していないことは、問い合わせずに前提としました。")
