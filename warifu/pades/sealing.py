"""One consent, one signature revision; after the last, proof for decades (PAdES baseline, ETSI EN 319 142-1). 封緘"""

from __future__ import annotations

import contextlib
import hashlib
import io
import time
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, TypeVar

from asn1crypto import x509

from . import chains, cms, errors, fields, growth, locks, reports, signed_tokens, statements, store, tokens
from . import keys as signing_keys
from . import trust as anchors

if TYPE_CHECKING:
    from . import visible  # who draws nothing need not load what draws

SigningKey = signing_keys.SigningKey
PartyStatement = statements.PartyStatement
Level = reports.Level

# In bytes: a token with its chain of three needs 5,000, a commercial authority's may be larger.
_FIRST_TOKEN, _LARGEST_TOKEN = 10_000, 40_000
_ARCHIVE_DIGEST, _RENEWAL_DIGEST = "sha256", "sha512"
_AUTHORITIES_SEEN, _TRIES = 8, 3
T = TypeVar("T")


class Sealer(locks.Locked):
    """Seals with the key of the moment, for the life of a process. 封緘器

    Chains and revocation data are kept between calls. Calls from several threads wait for each other. Every
    method takes and returns whole files, or works on a file in place; it adds incremental revisions only and raises an
    error of `warifu.pades.errors`; nothing half-written is ever returned. Moments are aware datetimes: the moment of
    this attempt, not of the consent.
    """

    def __init__(
        self,
        *,
        keyring: signing_keys.Keyring,
        trust: anchors.TrustAnchors,
        timestamper: tokens.Timestamper,
        revocation: chains.RevocationSource,
    ) -> None:
        super().__init__()
        self._keyring = keyring
        self._trust = trust
        self._timestamper = timestamper
        self._assemblies: dict[bytes, cms.Assembly] = {}
        self._ledger = chains.RevocationLedger(trust=trust, source=revocation)
        # Timestamp authorities that answered lately, newest last: some have a certificate for each of their machines.
        self._seen: dict[bytes, Sequence[x509.Certificate]] = {}
        self._room = _FIRST_TOKEN
        self._entered = 0.0
        self._paid = False

    def warm_up(self, *, at: datetime) -> None:
        """Fetch revocation data of our own chain now, before the first seal has to wait for it. 事前取得"""
        self._guarded(lambda: self._proven_key(at))

    def consent_revision(
        self,
        source: bytes,
        *,
        field: str,
        party: statements.PartyStatement,
        at: datetime,
        appearance: visible.Appearance | None = None,
    ) -> bytes:
        """Append one party's signature with a signature timestamp: PAdES B-T. 合意署名

        Fills the empty signature field of this name, with `appearance` in its box; where the file has none, an
        invisible one is added. ETSI EN 319 142-1, 6.3.
        """
        return self._grown(source, lambda file: self._sign(file, field, party, at, stamped=True, appearance=appearance))

    def archive_revision(self, source: bytes, *, at: datetime) -> bytes:
        """Append the DSS for every signature and a document timestamp that ends the file: PAdES B-LTA. 長期保管

        ETSI EN 319 142-1, 5.4 and 5.5. Raises `errors.SealingFailed` when the file carries no signature.
        """
        return self._grown(source, lambda file: self._archive(file, at))

    def renewal_revision(self, source: bytes, *, at: datetime) -> bytes:
        """Append the DSS for the last timestamp's chain and a new document timestamp that ends the file. 延長

        ETSI EN 319 142-1, 5.5. The new timestamp is over SHA-512, whatever the former were. Nothing is judged here:
        `renewal.renew` validates before and after. Raises `errors.SealingFailed` when the file does not end with a
        document timestamp.
        """
        return self._grown(source, lambda file: self._archive(file, at, renewing=True))

    def single_seal(
        self,
        source: bytes,
        *,
        field: str,
        party: statements.PartyStatement | None,
        at: datetime,
        level: reports.Level = reports.Level.B_LTA,
    ) -> bytes:
        """Sign, and add what the level asks for, in one call: certificates of conclusion, single files. 一括封緘

        What allowed the key to sign a moment ago also proves its certificate; nobody is asked again in between.
        """
        return self._grown(source, lambda file: self._seal(file, field, party, at, level))

    def seal_file(
        self,
        path: Path,
        *,
        field: str,
        party: statements.PartyStatement | None,
        at: datetime,
        level: reports.Level = reports.Level.B_LTA,
    ) -> None:
        """`single_seal` in place, in constant memory whatever the size. ファイルの封緘

        Work on a copy: when the second of two authorities' answers fails, the first revision is in the file already.
        """
        with path.open("r+b") as stream:
            self._grow(stream, lambda file: self._seal(file, field, party, at, level))

    def consent_in_file(self, path: Path, *, field: str, party: statements.PartyStatement, at: datetime) -> None:
        """`consent_revision` in place; on an error the file is as it was. ファイルへの合意署名"""
        with path.open("r+b") as stream:
            self._grow(stream, lambda file: self._sign(file, field, party, at, stamped=True))

    def archive_file(self, path: Path, *, at: datetime) -> None:
        """`archive_revision` in place; on an error the file is as it was. ファイルの長期保管"""
        with path.open("r+b") as stream:
            self._grow(stream, lambda file: self._archive(file, at))

    def _grown(self, source: bytes, work: Callable[[growth.GrowingFile], None]) -> bytes:
        stream = io.BytesIO(source)
        self._grow(stream, work)
        return stream.getvalue()

    def _grow(self, stream: BinaryIO, work: Callable[[growth.GrowingFile], None]) -> None:
        self._guarded(lambda: work(growth.GrowingFile(stream)))

    def _guarded(self, work: Callable[[], T]) -> T:
        entered = time.monotonic()
        with self._lock:
            self._entered, self._paid = entered, False
            try:
                return work()
            except errors.PadesError as problem:
                problem.paid = problem.paid or self._paid
                raise
            except (Exception, RecursionError) as error:  # pyHanko lets nearly any exception out of an odd file
                failed = errors.SealingFailed(f"{type(error).__name__}: {error}")
                failed.paid = self._paid
                raise failed from error

    def _seal(
        self,
        file: growth.GrowingFile,
        field: str,
        party: statements.PartyStatement | None,
        at: datetime,
        level: reports.Level,
    ) -> None:
        self._sign(file, field, party, at, stamped=level is not reports.Level.B_B)
        if level is reports.Level.B_LT:
            update = file.begin()
            store.extend(file, update, self._chains_of(file, update, at, just_signed=True))
            update.finish()
        elif level is reports.Level.B_LTA:
            self._archive(file, at, just_signed=True)

    def _proven_key(self, at: datetime) -> cms.Assembly:
        """The key of the moment; a revoked or expired one must not sign at all, and the next one does."""
        key = self._unrevoked(at)
        known = self._assemblies.get(key.certificate.sha256)
        if known is None or known.key is not key:
            known = self._assemblies[key.certificate.sha256] = cms.Assembly(key)
        return known

    def _unrevoked(self, at: datetime) -> signing_keys.SigningKey:
        first, *others = self._keyring.candidates(at)
        try:
            self._prove(first, at)
        except errors.CertificateRevoked:
            for key in others:
                with contextlib.suppress(errors.CertificateUnusable):
                    self._prove(key, at)
                    return key
            raise
        return first

    def _prove(self, key: signing_keys.SigningKey, at: datetime) -> None:
        self._ledger.chain_now(key.certificate, others=key.chain, at=at, timestamping=False)

    def _now(self, at: datetime) -> datetime:
        """Waiting for our turn and for authorities took time."""
        return at + timedelta(seconds=time.monotonic() - self._entered)

    def _token(self, digest: bytes, algorithm: str, at: datetime) -> tokens.Token:
        # genTime is compared with the moment of asking.
        token = tokens.request(
            digest, algorithm, timestamper=self._timestamper, ledger=self._ledger, trust=self._trust, at=self._now(at)
        )
        self._paid = True
        # The next token will be as long as this one, give or take a nonce; a file need not carry a room of zeros.
        self._room = len(token.der) + 256
        certificates = token.chain.certificates
        self._seen.pop(certificates[-1].sha256, None)
        self._seen[certificates[-1].sha256] = certificates
        while len(self._seen) > _AUTHORITIES_SEEN:
            del self._seen[next(iter(self._seen))]
        return token

    def _sign(
        self,
        file: growth.GrowingFile,
        field: str,
        party: statements.PartyStatement | None,
        at: datetime,
        *,
        stamped: bool,
        appearance: visible.Appearance | None = None,
    ) -> None:
        assembly = self._proven_key(at)
        algorithm = assembly.key.digest_algorithm
        update = file.begin()
        update.require_version()
        signature = update.reference()
        fields.hold(update, name=field, value=signature, appearance=appearance)
        before, after = fields.signature_entries(party, at)
        room = self._room if stamped else 0
        for _ in range(_TRIES):
            gap = update.around(signature, before, after, room=assembly.size_without_token + room, algorithm=algorithm)
            unstamped = assembly.signed(gap.digest)
            token = self._token(_imprint(unstamped.value, algorithm), algorithm, at) if stamped else None
            container = unstamped.container(token.der if token else None)
            if len(container) <= gap.room:
                update.fill(gap, container)
                return
            room = max(_LARGEST_TOKEN, self._room)
        raise errors.SealingFailed("no room for the signature")

    def _archive(
        self, file: growth.GrowingFile, at: datetime, *, renewing: bool = False, just_signed: bool = False
    ) -> None:
        update = file.begin()
        update.require_version()
        needed = self._chains_of(file, update, at, only_last=renewing, just_signed=just_signed)
        algorithm = _RENEWAL_DIGEST if renewing else _ARCHIVE_DIGEST
        stamp = update.reference()
        fields.add_invisible(update, name=fields.free_name(update, "Timestamp"), value=stamp)
        before, after = fields.timestamp_entries()
        room = self._room
        for _ in range(_TRIES):
            store.extend(file, update, needed)
            gap = update.around(stamp, before, after, room=room, algorithm=algorithm)
            token = self._token(gap.digest, algorithm, at)
            content = token.der
            # The DSS must name the chain of the very authority that issues the last token, and authorities rotate keys
            # or fail over: when another one answered, its chain is known now, and the next attempt writes it.
            missing = {one.sha256 for one in token.chain.certificates} - _digests(needed)
            if len(content) <= room and not missing:
                update.fill(gap, content)
                return
            needed.append(token.chain)
            room = room if len(content) <= room else max(_LARGEST_TOKEN, self._room)
        raise errors.TimestampRejected("the authority's certificate or the length of its tokens keeps changing")

    def _chains_of(
        self,
        file: growth.GrowingFile,
        update: growth.Update,
        at: datetime,
        *,
        only_last: bool = False,
        just_signed: bool = False,
    ) -> list[chains.Chain]:
        signed = fields.containers(file, update)
        if not signed:
            raise errors.SealingFailed("there is no signature to archive")
        held = [one for one in (_read(one, ours=one in file.containers) for one in signed) if one is not None]
        if only_last and not (held and held[-1].is_timestamp):
            raise errors.SealingFailed("the file does not end with a document timestamp")
        found: dict[bytes, chains.Chain] = {}
        asked: set[tuple[bytes, bool]] = set()
        signed_at = {} if only_last else self._signed_at(held[:-1] if just_signed else held)
        # What came before the last timestamp is proven by it, and its certificates may long have expired.
        for container in held[-1:] if only_last else held:
            ours = only_last or self._keyring.holds(container.signer)
            for one in (container, *container.timestamps):
                # What holds since the newest signature of a certificate holds for the older ones.
                if (one.signer.sha256, one.is_timestamp) in asked:
                    continue
                asked.add((one.signer.sha256, one.is_timestamp))
                try:
                    chain = self._chain_of(one, self._now(at), ours=ours, signed_at=signed_at.get(one.signer.sha256))
                except errors.CertificateRevoked as revoked:
                    if one is container or not revoked.for_good:
                        raise
                    raise errors.TimestampRevoked(revoked.detail) from revoked
                if chain is not None:
                    found[one.signer.sha256] = chain
        for digest, certificates in list(self._seen.items()):
            try:
                found.setdefault(
                    digest, self._ledger.chain_now(certificates[-1], others=certificates, at=at, timestamping=True)
                )
            except (errors.CertificateUnusable, errors.RevocationUnavailable):
                # It may be out of service by now; should it answer all the same, its token tells.
                del self._seen[digest]
        return list(found.values())

    def _signed_at(self, held: Sequence[cms.Carried]) -> dict[bytes, datetime]:
        """When the newest signature under each of our certificates is proven to have existed.

        Not for timestamps: the one that ends the file is of the same authority, and nothing in it can be newer.
        """
        found: dict[bytes, datetime] = {}
        for one in held:
            if one.timestamps and self._keyring.holds(one.signer):
                moment = min(signed_tokens.read(token.der).info.generated_at for token in one.timestamps)
                found[one.signer.sha256] = max(moment, found.get(one.signer.sha256, moment))
        return found

    def _chain_of(
        self, held: cms.Carried, at: datetime, *, ours: bool, signed_at: datetime | None
    ) -> chains.Chain | None:
        try:
            return self._ledger.chain_now(
                held.signer, others=held.others, at=at, timestamping=held.is_timestamp, signed_at=signed_at
            )
        except (errors.CertificateUnusable, errors.RevocationUnavailable):
            if ours:
                raise
            # A file that others signed before us keeps their signatures; their chain is theirs to prove.
            return None


def _read(container: bytes, *, ours: bool) -> cms.Carried | None:
    try:
        return cms.carried(container)
    except errors.SealingFailed:
        if ours:
            raise
        return None  # others signed before us, in a form that we do not know: their proof is theirs


def _imprint(content: bytes, algorithm: str) -> bytes:
    return hashlib.new(algorithm, content).digest()


def _digests(proven: Sequence[chains.Chain]) -> set[bytes]:
    return {one.sha256 for chain in proven for one in chain.certificates}
