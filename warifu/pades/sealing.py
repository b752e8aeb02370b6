"""One consent, one signature revision; after the last, proof for decades (PAdES baseline, ETSI EN 319 142-1). 封緘"""

from __future__ import annotations

import asyncio
import contextlib
import io
import threading
from collections.abc import Coroutine, Sequence
from datetime import datetime
from typing import Any, TypeVar

from asn1crypto import x509
from pyhanko.pdf_utils.incremental_writer import IncrementalPdfFileWriter
from pyhanko.pdf_utils.reader import PdfFileReader
from pyhanko.sign import fields, signers
from pyhanko.sign.signers.pdf_cms import PdfCMSSignedAttributes
from pyhanko.sign.validation import DocumentSecurityStore

from . import certificates, chains, errors, statements, tokens
from . import keys as signing_keys
from . import trust as anchors

SigningKey = signing_keys.SigningKey
PartyStatement = statements.PartyStatement

# In hex characters: RSA-3072 with a chain of three and a token needs 17,000; a commercial TSA's token may be larger.
_ROOM = (28_000, 80_000)
_CHUNK = 1 << 20
_ARCHIVE_DIGEST = "sha256"
_RENEWAL_DIGEST = "sha512"
T = TypeVar("T")


class QuietWriter(IncrementalPdfFileWriter):
    """Leaves Info and XMP alone: rewriting them breaks on bad XMP, loses PDF/A and reads this machine's clock. 追記"""

    def _update_meta(self) -> None:
        return


class Sealer:
    """Seals with the key of the moment, for the life of a process. 封緘器

    Chains and revocation data are kept between calls. Calls from several threads wait for each other. Every method
    takes and returns whole files, adds incremental revisions only, and raises an error of `warifu.pades.errors`;
    nothing half-written is ever returned. Moments are aware datetimes: the moment of this attempt, not of the consent.
    """

    def __init__(
        self,
        *,
        keyring: signing_keys.Keyring,
        trust: anchors.TrustAnchors,
        timestamper: tokens.Timestamper,
        revocation: chains.RevocationSource,
    ) -> None:
        self._keyring = keyring
        self._trust = trust
        self._timestamper = timestamper
        self._ledger = chains.RevocationLedger(trust=trust, source=revocation)
        self._authority_certificates: tuple[x509.Certificate, ...] = ()
        self._lock = threading.Lock()

    def warm_up(self, *, at: datetime) -> None:
        """Fetch revocation data of our own chain now, before the first seal has to wait for it. 事前取得"""
        self._run(self._own_chain(self._keyring.at(at), at))

    def consent_revision(self, source: bytes, *, field: str, party: statements.PartyStatement, at: datetime) -> bytes:
        """Append one party's signature with a signature timestamp: PAdES B-T. 合意署名

        `field` names a new invisible signature field. ETSI EN 319 142-1, 6.3.
        """
        return self._run(self._signed(source, field, party, at))

    def archive_revision(self, source: bytes, *, at: datetime) -> bytes:
        """Append the DSS for every signature and a document timestamp that ends the file: PAdES B-LTA. 長期保管

        ETSI EN 319 142-1, 5.4 and 5.5. Raises `errors.SealingFailed` when the file carries no signature.
        """
        return self._run(self._archived(source, at))

    def renewal_revision(self, source: bytes, *, at: datetime) -> bytes:
        """Append the DSS for the last timestamp's chain and a new document timestamp that ends the file. 延長

        ETSI EN 319 142-1, 5.5. The new timestamp is over SHA-512, whatever the former were. Nothing is judged here:
        `renewal.renew` validates before and after. Raises `errors.SealingFailed` when the file does not end with a
        document timestamp.
        """
        return self._run(self._archived(source, at, renewing=True))

    def single_seal(self, source: bytes, *, field: str, party: statements.PartyStatement | None, at: datetime) -> bytes:
        """Sign and archive in one call: for certificates of conclusion and single files. 一括封緘"""
        return self._run(self._sealed(source, field, party, at))

    def close(self) -> None:
        """Forget what was kept. The transports belong to who made them. 終了"""
        self._authority_certificates = ()

    def _run(self, work: Coroutine[Any, Any, T]) -> T:
        with self._lock:
            try:
                return asyncio.run(work)
            except errors.PadesError:
                raise
            except (Exception, RecursionError) as error:  # pyHanko lets nearly any exception out of an odd file
                raise errors.SealingFailed(f"{type(error).__name__}: {error}") from error

    async def _sealed(self, source: bytes, field: str, party: statements.PartyStatement | None, at: datetime) -> bytes:
        return await self._archived(await self._signed(source, field, party, at), at)

    async def _own_chain(self, key: signing_keys.SigningKey, at: datetime) -> chains.Chain:
        return await self._ledger.chain(key.certificate, others=key.chain, at=at, timestamping=False)

    def _stamper(self, at: datetime) -> tokens.CheckedStamper:
        return tokens.CheckedStamper(timestamper=self._timestamper, ledger=self._ledger, trust=self._trust, at=at)

    async def _signed(self, source: bytes, field: str, party: statements.PartyStatement | None, at: datetime) -> bytes:
        key = self._keyring.at(at)
        await self._own_chain(key, at)  # a revoked or expired key must not sign at all
        for room in _ROOM:
            try:
                return await self._signed_within(source, field, party, key, at, room)
            except errors.PadesError:
                raise
            except Exception as error:
                if room == _ROOM[-1] or "reserved" not in str(error):
                    raise
        raise errors.SealingFailed("no room for the signature")

    async def _signed_within(
        self,
        source: bytes,
        field: str,
        party: statements.PartyStatement | None,
        key: signing_keys.SigningKey,
        at: datetime,
        room: int,
    ) -> bytes:
        stamper = self._stamper(at)
        output = io.BytesIO(source)
        writer = QuietWriter(output)
        meta = signers.PdfSignatureMetadata(
            field_name=field,
            md_algorithm=key.digest_algorithm,
            subfilter=fields.SigSeedSubFilter.PADES,
            name=party.name if party else None,
            reason=party.reason if party else None,
            location=party.location if party else None,
            contact_info=party.contact_info if party else None,
        )
        signer = signing_keys.LoadedKeySigner(key)
        session = signers.PdfSigner(meta, signer, timestamper=stamper).init_signing_session(writer)
        session.system_time = at
        prepared = session.prepare_tbs_document(validation_info=None, bytes_reserved=room)
        digest, _ = prepared.digest_tbs_document(in_place=True, chunk_size=_CHUNK)
        attributes = PdfCMSSignedAttributes(signing_time=at)
        await prepared.perform_signature(document_digest=digest.document_digest, pdf_cms_signed_attrs=attributes)
        if stamper.last is None:
            raise errors.SealingFailed("the signature was built without a timestamp")
        self._authority_certificates = stamper.last.chain.certificates
        return output.getvalue()

    async def _archived(self, source: bytes, at: datetime, *, renewing: bool = False) -> bytes:
        for _ in range(2):
            sealed, token = await self._archived_once(source, at, renewing=renewing)
            # The DSS must name the chain of the very authority that issued the last token, and authorities rotate keys
            # or fail over; then its chain is known now, and the second attempt writes it.
            known, self._authority_certificates = self._authority_certificates, token.chain.certificates
            if {c.sha256 for c in token.chain.certificates} <= {c.sha256 for c in known}:
                return sealed
        raise errors.TimestampRejected("the authority changed its certificate twice within one seal")

    async def _archived_once(self, source: bytes, at: datetime, *, renewing: bool) -> tuple[bytes, tokens.Token]:
        output = io.BytesIO(source)
        writer = QuietWriter(output)
        needed = await self._chains_of(writer.prev, at, only_last=renewing)
        DocumentSecurityStore.supply_dss_in_writer(
            writer,
            sig_contents=None,
            paths=[chain.path for chain in needed],
            ocsps=[response for chain in needed for response in chain.ocsps],
            crls=[listed for chain in needed for listed in chain.crls],
        )
        stamper = self._stamper(at)
        await signers.PdfTimeStamper(stamper).async_timestamp_pdf(
            writer,
            _RENEWAL_DIGEST if renewing else _ARCHIVE_DIGEST,
            bytes_reserved=_ROOM[0],
            in_place=True,
            chunk_size=_CHUNK,
        )
        if stamper.last is None:
            raise errors.SealingFailed("no document timestamp was made")
        return output.getvalue(), stamper.last

    async def _chains_of(self, reader: PdfFileReader, at: datetime, *, only_last: bool) -> Sequence[chains.Chain]:
        found: dict[bytes, chains.Chain] = {}
        signatures = list(reader.embedded_signatures)
        if not signatures:
            raise errors.SealingFailed("there is no signature to archive")
        if only_last:
            # What came before is proven by the last timestamp, and its certificates may long have expired.
            signatures = signatures[-1:]
            if not certificates.is_timestamp(signatures[0]):
                raise errors.SealingFailed("the file does not end with a document timestamp")
        for signature in signatures:
            for certificate, others, timestamping in certificates.relied_on(signature):
                if certificate.sha256 not in found:
                    chain = await self._foreign_or_own(certificate, others, at, timestamping)
                    if chain is not None:
                        found[certificate.sha256] = chain
        if self._authority_certificates:
            root_first = self._authority_certificates
            if root_first[-1].sha256 not in found:
                # The authority may have another certificate by now; then the second attempt knows it.
                with contextlib.suppress(errors.CertificateUnusable):
                    found[root_first[-1].sha256] = await self._ledger.chain(
                        root_first[-1], others=root_first, at=at, timestamping=True
                    )
        return list(found.values())

    async def _foreign_or_own(
        self, certificate: x509.Certificate, others: Sequence[x509.Certificate], at: datetime, timestamping: bool
    ) -> chains.Chain | None:
        try:
            return await self._ledger.chain(certificate, others=others, at=at, timestamping=timestamping)
        except errors.CertificateUnusable:
            if self._keyring.holds(certificate):
                raise
            # A file that others signed before us keeps their signatures; their chain is theirs to prove.
            return None
