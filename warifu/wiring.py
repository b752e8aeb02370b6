"""Settings become objects; nothing else constructs them 組立て.

Each function makes its object once per process. Only the roof calls them.
"""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import structlog
from django.core.mail import EmailMessage, get_connection

from warifu import settings
from warifu.access import passkeys
from warifu.agreements import post as agreements_post
from warifu.archive import findings
from warifu.audit import roots
from warifu.integrations import outside as outsides
from warifu.notifications import account_letters as letters
from warifu.notifications import mailbox as mailboxes
from warifu.notifications import secretbox
from warifu.operations import alerts, observations
from warifu.pades import (
    boxed,
    chains,
    health,
    intake,
    kept_tokens,
    renewal,
    reports,
    sunsets,
    tokens,
    trust,
    validation,
)
from warifu.pades import errors as pades_errors
from warifu.pades import keys as signing_keys
from warifu.pades import sealing as pades
from warifu.pades.transports import keyrings, revocation, tsa, tsa_file, wire
from warifu.vault import custody as vault
from warifu.vault import rootkey

log = structlog.get_logger(__name__)


def clock() -> datetime:
    """This moment, aware, in UTC 時計."""
    return datetime.now(UTC)


@cache
def custody() -> vault.Custody:
    """Where bytes are kept 保管庫."""
    return vault.Custody(root_key=rootkey.load_or_create(settings.ROOT_KEY_FILE), objects=settings.OBJECTS_DIR)


@cache
def secret_box() -> secretbox.SecretBox:
    """What keeps links and codes unreadable until they are mailed 秘匿."""
    return secretbox.SecretBox.from_key(rootkey.load_or_create(settings.ROOT_KEY_FILE))


@cache
def sign_in_box() -> secretbox.SecretBox:
    """What keeps the secrets of authenticator apps and identity providers unreadable in the database 認証の秘密の箱."""
    return secretbox.SecretBox.from_key(rootkey.load_or_create(settings.ROOT_KEY_FILE), purpose="sign-in")


@cache
def account_letters() -> letters.AccountLetters:
    """Who writes the mails about accounts アカウントの通知文."""
    return letters.AccountLetters(
        box=secret_box(), public_url=settings.PUBLIC_URL, helpdesk_phone=settings.HELPDESK_PHONE
    )


@cache
def passkey_service() -> passkeys.Service:
    """Where passkeys are bound to パスキーの利用先."""
    return passkeys.Service(origin=settings.PASSKEY_ORIGIN)


@cache
def outside() -> outsides.Outside:
    """How identity providers are asked 外部への照会."""
    return outsides.Outside(networks=settings.SSO_NETWORKS, plain=settings.TRIAL)


@cache
def mailbox() -> mailboxes.MailboxDirectory | None:
    """The local mailbox of the embedded default, or None where mail really leaves 試験用の受信箱."""
    return mailboxes.MailboxDirectory(settings.MAILBOX_DIR) if settings.MAIL_TO_MAILBOX else None


def send_mail() -> Callable[[EmailMessage], None]:
    """How a message leaves: into the local mailbox or by SMTP メールの送信."""
    local = mailbox()
    if local is not None:
        return local.send

    def by_smtp(message: EmailMessage) -> None:
        message.connection = get_connection("django.core.mail.backends.smtp.EmailBackend")
        message.send(fail_silently=False)

    return by_smtp


@cache
def post() -> agreements_post.Post:
    """Who writes the mails about agreements 通知文."""
    return agreements_post.Post(
        box=secret_box(), public_url=settings.PUBLIC_URL, helpdesk_phone=settings.HELPDESK_PHONE
    )


@cache
def alert_letters() -> alerts.Letters:
    """What the mails about unusual use are written with 注意の通知文."""
    return alerts.Letters(box=secret_box(), public_url=settings.PUBLIC_URL)


@cache
def trust_anchors() -> trust.TrustAnchors:
    """The roots we believe トラストアンカー."""
    return trust.TrustAnchors.load(settings.TRUST_FILES)


@cache
def revocation_source() -> chains.RevocationSource:
    """Where fresh revocation data comes from 失効情報の取得先."""
    return revocation.HttpRevocation(
        routes=settings.REVOCATION_ROUTES, wire=wire.Wire(), seconds=settings.TSA_TIMEOUT_SECONDS
    )


def key_entries() -> tuple[keyrings.Entry, ...]:
    """Where the sealing keys lie, as the settings say now 署名鍵の所在."""
    if settings.SIGNERS_FILE is not None:
        return keyrings.read(settings.SIGNERS_FILE)
    return (
        keyrings.single(
            settings.SIGNER_FILE,
            key=settings.SIGNER_KEY_FILE,
            chain=settings.SIGNER_CHAIN_FILE,
            secret=settings.SIGNER_PASSWORD_FILE,
        ),
    )


@cache
def sealing_keys() -> keyrings.WatchedKeyring:
    """The keys that seal; their files are followed while the process runs 署名鍵束."""
    return keyrings.WatchedKeyring(
        key_entries, list_file=settings.SIGNERS_FILE, margin=timedelta(days=settings.SIGNER_REFUSED_DAYS)
    )


@cache
def timestamper() -> tsa.HttpTimestamper:
    """The timestamp authorities, in order 時刻認証局."""
    seconds = settings.TSA_TIMEOUT_SECONDS
    if settings.TSA_FILE is not None:
        services = tsa_file.read(settings.TSA_FILE, seconds=seconds)
    else:
        services = tsa.services(settings.TSA_URLS, seconds=seconds)
    return tsa.HttpTimestamper(services=services, wire=wire.Wire(), observe=_authority_seen)


def _authority_seen(authority: tokens.Authority, condition: health.Condition) -> None:
    observations.authority_seen(name=authority.name, condition=condition)


def sealer() -> pades.Sealer:
    """The service's own hand: keys of this moment, timestamp authorities, revocation 封緘器."""
    sealing_keys().current()
    return _sealer()


@cache
def _sealer() -> pades.Sealer:
    return pades.Sealer(
        keyring=sealing_keys().current(),
        trust=trust_anchors(),
        timestamper=timestamper(),
        revocation=revocation_source(),
    )


@cache
def _chains() -> chains.RevocationLedger:
    return chains.RevocationLedger(trust=trust_anchors(), source=revocation_source())


def stamp_root(digest: bytes, *, at: datetime) -> roots.Stamp:
    """A token over a daily root of the ledgers; raises what `tokens.request` raises 日次の証明のタイムスタンプ."""
    token = tokens.request(digest, "sha256", timestamper=timestamper(), ledger=_chains(), trust=trust_anchors(), at=at)
    return roots.Stamp(der=token.der, at=token.generated_at, authority=token.authority)


def root_stamped(token: bytes, digest: bytes, *, trust: trust.TrustAnchors | None = None) -> datetime | None:
    """genTime of a kept token over a daily root, or None when it does not stand タイムスタンプの確認."""
    try:
        info = kept_tokens.verify(token, digest=digest, algorithm="sha256", trust=trust or trust_anchors())
    except pades_errors.PadesError:
        return None
    return info.generated_at


def validate(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
    """Validate a file of our own, asking for fresh revocation data 検証."""
    return validation.validate(
        source,
        trust=trust_anchors(),
        at=at,
        revocation=revocation_source(),
        table=sunset_table(),
        agreed_size=agreed_size,
    )


def validate_stranger(path: Path, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
    """Validate a file that anybody may have made, in a limited process 外部のPDFの検証."""
    return boxed.validate_boxed(
        path,
        trust_files=settings.TRUST_FILES,
        trust_lists=settings.TRUST_LISTS_DIR,
        at=at,
        routes=settings.REVOCATION_ROUTES,
        table=sunset_table(),
        seconds=30,
        agreed_size=agreed_size,
    )


def validate_offline(path: Path, *, agreed_size: int = 0) -> reports.ValidationReport:
    """What anybody will find without a network, now オフラインの検証."""
    return validation.validate(path, trust=trust_anchors(), at=clock(), agreed_size=agreed_size)


def intake_limits() -> intake.Limits:
    """What an upload may cost, and which programs must have compared its pages 受付の上限."""
    return intake.Limits(size=settings.UPLOAD_MAX_BYTES, renderers=settings.RENDERERS)


@cache
def _remembered_revocation() -> revocation.Remembered:
    return revocation.Remembered(revocation_source(), clock=clock)


def validate_kept(source: bytes, *, at: datetime, agreed_size: int = 0) -> reports.ValidationReport:
    """Validate one of many files of our own: the verdict alone, revocation data at most an hour old 保存文書の検証."""
    return validation.validate(
        source,
        trust=trust_anchors(),
        at=at,
        revocation=_remembered_revocation(),
        table=sunset_table(),
        details=False,
        agreed_size=agreed_size,
    )


def sealed_findings(
    report: reports.ValidationReport, *, name: str, size: int, at: datetime, concluded: bool = False
) -> bytes:
    """A validation report on paper, sealed by the service and read again before anyone gets it 検証報告書.

    Raises what `Sealer.single_seal` raises, and `errors.SealNotValid`.
    """
    paper = findings.render(report, name=name, size=size, trial=settings.TRIAL, concluded=concluded)
    sealed = sealer().single_seal(paper, field="Seal", party=None, at=at)
    outcome = validate(sealed, at=clock())
    if outcome.result is not reports.Result.PASSED:
        raise pades_errors.SealNotValid(f"report: {outcome.result} {outcome.problem}")
    return sealed


def is_revoked(entry: keyrings.Entry, *, at: datetime) -> bool | None:
    """Whether the certificate of a key is revoked, None while nobody tells 署名鍵の失効の照会."""
    certificate, *others = entry.own_chain()
    try:
        return _chains().is_revoked(certificate, others=others, at=at)
    except (OSError, ValueError):  # the trust anchors cannot be read
        return None


def key_outlook(*, at: datetime) -> signing_keys.Outlook:
    """Until when there is a key that may sign, and whether to worry 署名鍵の見通し."""
    try:
        terms = [entry.own_term() for entry in key_entries()]
    except pades_errors.PadesError as problem:
        return signing_keys.Outlook(signing_keys.Worry.ENDED, None, problem)
    return signing_keys.outlook(
        terms,
        margin=timedelta(days=settings.SIGNER_REFUSED_DAYS),
        notice=timedelta(days=365 * settings.SIGNER_ALARM_MONTHS / 12),
        at=at,
    )


@cache
def sunset_table() -> sunsets.Sunsets:
    """Until when algorithms are relied on 暗号の移行期限."""
    return sunsets.Sunsets(settings.ALGORITHM_SUNSETS)


def renew(source: bytes, *, agreed_size: int = 0) -> renewal.Renewed:
    """A new archive timestamp on a file of our own 延長."""
    return renewal.renew(
        source,
        sealer=sealer(),
        trust=trust_anchors(),
        revocation=revocation_source(),
        table=sunset_table(),
        clock=clock,
        stamps_until=timestamper().certificates_until(at=clock()),
        agreed_size=agreed_size,
    )


def warn_of_keys(*, at: datetime) -> None:
    """Tell the log when there will soon be no key that may sign 署名鍵の警告."""
    outlook = key_outlook(at=at)
    if outlook.worry is not signing_keys.Worry.NONE:
        problem = outlook.problem.code if outlook.problem else ""
        log.warning("sealing keys end", worry=outlook.worry.value, ends_at=str(outlook.ends_at), problem=problem)


def warm_up(*, at: datetime) -> None:
    """Fetch revocation data before the first consent has to wait for it; a refusal is logged, not fatal 事前取得."""
    warn_of_keys(at=at)
    try:
        sealer().warm_up(at=at)
    except pades_errors.PadesError as problem:
        log.warning("warm-up", problem=problem.code)
