"""A timestamp token kept beside what it stamps, verified long afterwards and without a wire. 保管したトークン"""

from __future__ import annotations

import asyncio

from . import certificates, chains, errors, signed_tokens
from . import trust as anchors


def verify(token: bytes, *, digest: bytes, algorithm: str, trust: anchors.TrustAnchors) -> signed_tokens.Info:
    """What a token says, when it is over exactly this digest and its certificate was good at genTime. 検証

    The chain is built from the certificates in the token to our roots, at genTime; nobody is asked about revocation, as
    the authority's answers were checked when the token came (`tokens.check`). Raises `errors.TimestampRejected`.
    """
    read = signed_tokens.read(token)
    if read.info.algorithm != algorithm or read.info.digest != digest:
        raise errors.TimestampRejected("message imprint differs")
    try:
        certificates.require_timestamping(read.certificate)
        within = chains.context(
            trust.for_timestamps(), at=read.info.generated_at, others=read.others, revocation_mode="soft-fail"
        )
        asyncio.run(chains.path_to_root(read.certificate, within=within, others=read.others, timestamping=True))
    except errors.PadesError as error:
        raise errors.TimestampRejected(f"authority's certificate: {error.detail}") from error
    except Exception as error:  # pyHanko raises several kinds for a chain that does not stand
        raise errors.TimestampRejected(f"authority's certificate: {type(error).__name__}: {error}") from error
    return read.info
