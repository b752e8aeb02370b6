"""What the engine refuses or cannot finish, each with whether asking again can help. 署名エンジンのエラー"""

from __future__ import annotations

import contextlib
import logging
from collections.abc import Iterator

log = logging.getLogger(__name__)


class PadesError(Exception):
    """Any refusal of this room; `retry` says whether the same call may succeed later. 署名エラー

    `code` is a stable word for logs and tables. `message` and `next_step` are Japanese sentences that a page may show.
    `paid` says that a timestamp authority had issued a token, which it may bill: asking again costs money.
    """

    retry = False
    paid = False
    code = "pades"
    message = "電子署名の処理を完了できませんでした。"
    next_step = "時間をおいても解消しない場合は、ヘルプデスクへご連絡ください。"

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.code)
        self.detail = detail


class TimestampUnavailable(PadesError):
    """No timestamp authority answered in time, or none would issue a token now. タイムスタンプ取得不可"""

    retry = True
    code = "timestamp_unavailable"
    message = "時刻認証局から応答がありません。"
    next_step = "応答が戻り次第、署名処理を自動で再開します。操作は必要ありません。"


class TimestampRefused(TimestampUnavailable):
    """The authority answered that it will not issue this token; `reasons` in Japanese words. タイムスタンプ発行拒否"""

    code = "timestamp_refused"
    message = "時刻認証局がタイムスタンプを発行しませんでした。"
    next_step = "発行が再開され次第、署名処理を自動で再開します。操作は必要ありません。"

    def __init__(self, detail: str = "", *, reasons: tuple[str, ...] = ()) -> None:
        super().__init__(detail)
        self.reasons = reasons
        if reasons:
            self.message = f"時刻認証局がタイムスタンプを発行しませんでした（{'、'.join(reasons)}）。"


class TimestampRejected(PadesError):
    """A token came, but not the one asked for: imprint, nonce, certificate or time differ. 不正なタイムスタンプ

    Retrying is allowed: an authority that answers rubbish today usually answers well after its operator's repair.
    """

    retry = True
    code = "timestamp_rejected"
    message = "時刻認証局の応答を検証できませんでした。"
    next_step = "正しい応答が得られるまで署名処理を保留します。操作は必要ありません。"


class RevocationUnavailable(PadesError):
    """No usable OCSP response or CRL for a certificate of the chain. 失効情報取得不可"""

    retry = True
    code = "revocation_unavailable"
    message = "証明書の失効情報を取得できませんでした。"
    next_step = "失効情報が取得でき次第、署名処理を自動で再開します。操作は必要ありません。"


class RevocationOutdated(RevocationUnavailable):
    """Since the signature nobody has told whether its certificate is revoked. 署名後の失効情報の待ち"""

    code = "revocation_outdated"
    message = "署名より後の失効情報を、認証局からまだ取得できていません。"
    next_step = "失効情報が取得でき次第、署名処理を自動で再開します。操作は必要ありません。"


class CertificateUnusable(PadesError):
    """The sealing or timestamp certificate is revoked, expired or not under our trust anchors. 証明書無効"""

    code = "certificate_unusable"
    message = "署名に用いる証明書が有効ではありません。"
    next_step = "運用者が証明書を確認します。完了までお待ちください。"


class CertificateRevoked(CertificateUnusable):
    """The authority says that a certificate of the chain is revoked; one on hold may come back. 証明書の失効

    `for_good` is true of the certificate itself and its final revocation, not of an authority above it.
    """

    code = "certificate_revoked"
    message = "署名またはタイムスタンプに用いる証明書が失効しています。"
    next_step = "運用者が証明書を確認します。完了までお待ちください。"
    for_good = False


class SignedAfterRevocation(CertificateRevoked):
    """A consent was signed when its certificate had been revoked already: no archive can prove it. 失効後の署名"""

    code = "signed_after_revocation"
    message = "署名に用いた証明書が署名の前に失効していたことが分かったため、締結できません。"
    next_step = "運用者が対応を確認し、ご連絡します。合意の記録は失われません。"


class TimestampRevoked(CertificateRevoked):
    """The authority that timed a consent is revoked before its archive: nothing proves the moment. 時刻認証局の失効"""

    code = "timestamp_revoked"
    message = "合意の時刻を証明した時刻認証局の証明書が、締結の前に失効したため、締結できません。"
    next_step = "運用者が対応を確認し、ご連絡します。合意の記録は失われません。"


class KeyUnusable(PadesError):
    """The key file cannot be read, or its algorithm is not allowed here. 署名鍵無効"""

    code = "key_unusable"
    message = "署名鍵を読み込めませんでした。"
    next_step = "運用者が署名鍵の設定を確認します。"


class KeyUnavailable(PadesError):
    """The device that holds the key does not answer. 署名鍵の装置の停止"""

    retry = True
    code = "key_unavailable"
    message = "署名鍵の装置（HSM）から応答がありません。"
    next_step = "装置が戻り次第、署名処理を自動で再開します。操作は必要ありません。"


class AuthorityUnusable(PadesError):
    """The list of timestamp authorities cannot be used as it is written. 時刻認証局の設定不備"""

    code = "authority_unusable"
    message = "時刻認証局の設定を読み込めませんでした。"
    next_step = "運用者が時刻認証局の設定を確認します。"


class SealingFailed(PadesError):
    """This document could not take the revision. 封緘失敗"""

    code = "sealing_failed"
    message = "この文書に電子署名を付与できませんでした。"
    next_step = "元のアプリケーションでPDFを作成し直し、もう一度登録してください。"


class InternalFault(PadesError):
    """Something of our own stood in the way; the operator finds the cause in the log. 内部の障害"""

    retry = True
    code = "internal_fault"
    message = "署名の処理を続けられませんでした。"
    next_step = "運用者が原因を調べています。合意は失われません。"


class SealNotValid(PadesError):
    """A revision was written, but our own re-reading does not accept it. 封緘検証不合格"""

    retry = True
    code = "seal_not_valid"
    message = "付与した電子署名の検証に合格しませんでした。"
    next_step = "この署名は採用せず、署名処理を自動でやり直します。"


class RenewalRefused(PadesError):
    """The file cannot be proven now, so a new timestamp would prove nothing. 延長不可"""

    code = "not_proven"
    message = "署名とタイムスタンプを検証できないため、有効性を延長できません。"
    next_step = "控えのファイルがあれば検証してください。運用者は、認証局の失効と信頼する認証局の設定を確認します。"


class AlteredFile(RenewalRefused):
    """The file fails validation: its bytes are not what was sealed. 改変された文書"""

    code = "altered"
    message = "保存しているファイルが署名したときの内容と異なるため、有効性を延長できません。"
    next_step = "相手方の控えと照合し、運用者はバックアップから元のファイルを戻してください。"


class RenewalTooLate(RenewalRefused):
    """The last timestamp's certificate expired before anybody renewed. 延長期限の経過"""

    code = "too_late"
    message = "有効性期限を過ぎたため、延長できません。"
    next_step = "契約書そのものは変わっていません。監査証跡と締結証明書を合わせて保管し、運用者へご連絡ください。"


class NothingGained(PadesError):
    """A new timestamp would end when the last one does: the authority has no newer certificate yet. 延長の効果なし"""

    retry = True
    code = "nothing_gained"
    message = "時刻認証局の証明書がまだ新しくなっていないため、延長しても有効性期限が延びません。"
    next_step = "時刻認証局の証明書が新しくなり次第、自動で延長します。操作は必要ありません。"


class PlaceUnusable(PadesError):
    """A visible seal cannot stand there, or not in this file at all. 署名欄を置けない

    `field` is the signature field whose place cannot be used, "" when none can; the sentences then say why.
    """

    code = "place_unusable"
    message = "この契約書の紙面には、署名を表示できません。"
    next_step = "紙面に表示しない署名を選んでください。署名の効力は変わりません。"

    def __init__(self, detail: str = "", *, field: str = "", message: str = "", next_step: str = "") -> None:
        super().__init__(detail)
        self.field = field
        if message:
            self.message, self.next_step = message, next_step


def kinds() -> list[type[PadesError]]:
    """Every refusal of this room. エラーの一覧"""
    found = [PadesError]
    for known in found:
        found.extend(known.__subclasses__())
    return found


def by_code(code: str) -> type[PadesError]:
    """The refusal that a table or log names; `InternalFault` for a word of another version. コードからの検索"""
    return next((known for known in kinds() if known.code == code), InternalFault)


@contextlib.contextmanager
def paid_for(*passing: type[Exception]) -> Iterator[None]:
    """What fails in here has cost a token already; nothing else than `PadesError` and `passing` leaves. 取得後の失敗

    A fault that nobody expected becomes `InternalFault`.
    """
    try:
        yield
    except PadesError as problem:
        problem.paid = True
        raise
    except passing:
        raise
    except Exception as fault:
        log.exception("failed after a token was issued")
        internal = InternalFault(type(fault).__name__)
        internal.paid = True
        raise internal from fault
