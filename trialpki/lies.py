"""Tokens that an authority must not issue, one for each rule that a client has to check 不正なタイムスタンプ."""

import dataclasses
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import cached_property

from cryptography.hazmat.primitives.asymmetric import rsa

from trialpki import authority, certificates, clock, profiles, timestamping

CLOCK_ERROR = timedelta(days=1)
OTHER_POLICY = "1.3.6.1.4.1.32473.2.99"
COARSE_SECONDS = 600


class Liar:
    """Answers a query in the way that a mode names 不正な応答の作成."""

    def __init__(self, trial: authority.Authority, unit: timestamping.TimestampUnit, now: clock.Clock) -> None:
        self.trial = trial
        self.unit = unit
        self.now = now

    def answer(self, mode: str, asked: timestamping.Query, at: datetime) -> bytes | None:
        """Return the TimeStampResp (DER) of `mode`, None for a mode that is no lie 応答."""
        return LIES[mode](self, asked, at) if mode in LIES else None

    def grant(self, asked: timestamping.Query, at: datetime, terms: timestamping.Terms = timestamping.USUAL) -> bytes:
        """Return a token on other terms 条件を変えた応答."""
        return timestamping.grant(asked, unit=self.unit, at=at, terms=terms)

    def grant_as(self, unit: timestamping.TimestampUnit, asked: timestamping.Query, at: datetime) -> bytes:
        """Return a token of another unit 別の鍵の応答."""
        return timestamping.grant(asked, unit=unit, at=at)

    @cached_property
    def stranger(self) -> timestamping.TimestampUnit:
        """A unit under an authority that nobody trusts 無関係の時刻認証局."""
        own = profiles.Profile(
            "stranger", "割符 試験用無関係認証局", "stranger", profiles.KeyKind.P_256, 25, profiles.Role.AUTHORITY
        )
        issuer = certificates.issue(own, issuer=None, at=self.now())
        issued = certificates.issue(_profile("tsa"), issuer=issuer, at=self.now(), key=self.unit.key)
        return timestamping.TimestampUnit(issued.certificate, self.unit.key, (issuer.certificate,))

    @cached_property
    def expired(self) -> timestamping.TimestampUnit:
        """A unit whose certificate ended a year ago 期限切れの時刻認証局."""
        profile = dataclasses.replace(_profile("tsa"), years=1)
        return self._unit(profile, self.unit.key, born=self.now() - timedelta(days=2 * 365.25))

    @cached_property
    def weak(self) -> timestamping.TimestampUnit:
        """A unit with an RSA key of 1024 bits 弱い鍵の時刻認証局."""
        key = rsa.generate_private_key(public_exponent=65537, key_size=1024)  # noqa: S505 - a fault
        return self._unit(_profile("tsa"), key, born=self.now())

    @cached_property
    def signer(self) -> timestamping.TimestampUnit:
        """A unit whose certificate is for documents 用途の異なる証明書."""
        profile = dataclasses.replace(_profile("tsa"), role=profiles.Role.SIGNER)
        return self._unit(profile, self.unit.key, born=self.now())

    def _unit(
        self, profile: profiles.Profile, key: certificates.PrivateKey, *, born: datetime
    ) -> timestamping.TimestampUnit:
        issued = certificates.issue(profile, issuer=self.trial.issued("tsa-ca"), at=born, key=key)
        return timestamping.TimestampUnit(issued.certificate, key, self.unit.chain)


def _profile(name: str) -> profiles.Profile:
    return next(profile for profile in profiles.PROFILES if profile.name == name)


def _refused(failure: timestamping.Failure) -> Callable[[Liar, timestamping.Query, datetime], bytes]:
    return lambda _, asked, at: timestamping.rejection(failure)


def _other_imprint(liar: Liar, asked: timestamping.Query, at: datetime) -> bytes:
    # The digest ends the messageImprint, so its last bit is the imprint's last bit.
    other = asked.imprint[:-1] + bytes((asked.imprint[-1] ^ 1,))
    return liar.grant(dataclasses.replace(asked, imprint=other), at)


def _sha1_imprint(liar: Liar, asked: timestamping.Query, at: datetime) -> bytes:
    return liar.grant(dataclasses.replace(asked, imprint=timestamping.sha1_imprint()), at)


def _other_nonce(liar: Liar, asked: timestamping.Query, at: datetime) -> bytes:
    return liar.grant(dataclasses.replace(asked, nonce=(asked.nonce or 0) + 1), at)


def _bad_signature(liar: Liar, asked: timestamping.Query, at: datetime) -> bytes:
    # The signature is the last element of the token.
    honest = liar.grant(asked, at)
    return honest[:-1] + bytes((honest[-1] ^ 1,))


LIES: dict[str, Callable[[Liar, timestamping.Query, datetime], bytes]] = {
    "rejection": _refused(timestamping.Failure.SYSTEM_FAILURE),
    "unaccepted_policy": _refused(timestamping.Failure.UNACCEPTED_POLICY),
    "waiting": lambda _, asked, at: timestamping.status_only(3),
    "granted_with_mods": lambda liar, asked, at: liar.grant(asked, at, timestamping.Terms(status=1)),
    "wrong_nonce": _other_nonce,
    "no_nonce": lambda liar, asked, at: liar.grant(dataclasses.replace(asked, nonce=None), at),
    "wrong_imprint": _other_imprint,
    "sha1_imprint": _sha1_imprint,
    "sha1_token": lambda liar, asked, at: liar.grant_as(dataclasses.replace(liar.unit, digest="sha1"), asked, at),
    "bad_signature": _bad_signature,
    "other_policy": lambda liar, asked, at: liar.grant(asked, at, timestamping.Terms(policy=OTHER_POLICY)),
    "no_accuracy": lambda liar, asked, at: liar.grant(asked, at, timestamping.Terms(accuracy=None)),
    "coarse_accuracy": lambda liar, asked, at: liar.grant(asked, at, timestamping.Terms(accuracy=COARSE_SECONDS)),
    "gentime_off": lambda liar, asked, at: liar.grant(asked, at + CLOCK_ERROR),
    "no_certificate": lambda liar, asked, at: liar.grant(dataclasses.replace(asked, with_certificates=False), at),
    "untrusted_chain": lambda liar, asked, at: liar.grant_as(liar.stranger, asked, at),
    "expired_cert": lambda liar, asked, at: liar.grant_as(liar.expired, asked, at),
    "weak_key": lambda liar, asked, at: liar.grant_as(liar.weak, asked, at),
    "wrong_eku": lambda liar, asked, at: liar.grant_as(liar.signer, asked, at),
}
