"""Refusals of the trial authority, each with its next step 試験用認証局の拒否."""


class TrialPkiError(Exception):
    """A refusal whose text is meant for the person at the keyboard 試験用認証局の拒否."""


class NotATrialAuthority(TrialPkiError):
    """The directory is neither empty nor a complete trial authority 試験用認証局ではないディレクトリ."""


class UnknownCertificate(TrialPkiError):
    """No certificate of that name was issued here 該当する証明書がない."""


class UnreadableClock(TrialPkiError):
    """The clock file does not hold an ISO 8601 time with a zone 時刻ファイルを読み取れない."""
