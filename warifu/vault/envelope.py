"""Encryption in the published AWS Encryption SDK message format, with raw keys and without AWS 暗号化の封筒.

Any implementation of that format (C, Java, JavaScript, Rust) opens these files with the 32-byte key, provider
`warifu` and the key identifier named here: the data survive this software.
"""

import io
import logging
import secrets
from collections.abc import Mapping
from typing import BinaryIO

import aws_encryption_sdk
from aws_encryption_sdk import identifiers
from aws_encryption_sdk.internal.crypto.wrapping_keys import WrappingKey
from aws_encryption_sdk.key_providers.raw import RawMasterKey

PROVIDER = "warifu"
KEY_LENGTH = 32
# One mebibyte per frame: measured as fast as one frame for the whole, and readable as a stream by other programs.
FRAME_BYTES = 1024 * 1024

_client = aws_encryption_sdk.EncryptionSDKClient(
    commitment_policy=identifiers.CommitmentPolicy.REQUIRE_ENCRYPT_REQUIRE_DECRYPT, max_encrypted_data_keys=1
)
# On every damaged file the SDK logs a stack of its own; the refusal that the caller gets says it once.
logging.getLogger("aws_encryption_sdk").setLevel(logging.CRITICAL)


class NotOpened(Exception):
    """The message is not authentic under this key and this context 復号の失敗."""


def new_key() -> bytes:
    """A fresh 32-byte key from the system's generator 鍵の生成."""
    return secrets.token_bytes(KEY_LENGTH)


def close(*, content: bytes, key: bytes, key_name: str, context: Mapping[str, str]) -> bytes:
    """`content` encrypted under a data key of its own, which `key` (32 bytes) wraps 暗号化.

    AES-256-GCM, HKDF-SHA-512, key commitment (suite 0x0478). `context` is authenticated and stands
    readable in the message.
    """
    message, _ = _client.encrypt(
        source=content,
        key_provider=_master(key, key_name),
        encryption_context=dict(context),
        algorithm=identifiers.AlgorithmSuite.AES_256_GCM_HKDF_SHA512_COMMIT_KEY,
        frame_length=FRAME_BYTES,
    )
    return bytes(message)


def open_(*, message: bytes, key: bytes, key_name: str, context: Mapping[str, str]) -> bytes:
    """The content, if `message` was closed with this key and exactly this context 復号.

    Raises NotOpened for anything else; no unauthenticated byte is returned.
    """
    source = io.BytesIO(message)
    try:
        content, header = _client.decrypt(source=source, key_provider=_master(key, key_name))
    except Exception as wrong:  # A flipped bit in the framing leaves the SDK as any of a dozen exceptions.
        raise NotOpened from wrong
    # The SDK stops at the end of the message and says nothing of bytes behind it.
    if header.encryption_context != dict(context) or source.tell() != len(message):
        raise NotOpened
    return bytes(content)


def open_into(*, message: BinaryIO, target: BinaryIO, key: bytes, key_name: str, context: Mapping[str, str]) -> None:
    """Like `open_`, frame by frame into an open file, in constant memory ストリームの復号.

    Each frame is authenticated before it is written, the whole only at the end: on NotOpened the caller discards what
    was written.
    """
    try:
        with _client.stream(mode="d", source=message, key_provider=_master(key, key_name)) as stream:
            if stream.header.encryption_context != dict(context):
                raise NotOpened
            while chunk := stream.read(FRAME_BYTES):
                target.write(chunk)
    except NotOpened:
        raise
    except Exception as wrong:  # as in `open_`
        raise NotOpened from wrong
    if message.read(1):
        raise NotOpened


def _master(key: bytes, key_name: str) -> RawMasterKey:
    return RawMasterKey(
        key_id=key_name.encode("utf-8"),
        provider_id=PROVIDER,
        wrapping_key=WrappingKey(
            wrapping_algorithm=identifiers.WrappingAlgorithm.AES_256_GCM_IV12_TAG16_NO_PADDING,
            wrapping_key=key,
            wrapping_key_type=identifiers.EncryptionKeyType.SYMMETRIC,
        ),
    )
