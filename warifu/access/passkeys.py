"""Passkeys: WebAuthn Level 2 credentials, discoverable and with verification of their user パスキー.

`fido2` does the protocol; here stand our demands: the one origin that we run under, no attestation (a privacy burden
without a list of models to hold it against), and a signature counter that may not fall (§6.1.1).
"""

import ipaddress
import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from fido2 import server
from fido2.utils import websafe_encode
from fido2.webauthn import (
    AttestationConveyancePreference,
    AttestedCredentialData,
    AuthenticationResponse,
    PublicKeyCredentialDescriptor,
    PublicKeyCredentialRpEntity,
    PublicKeyCredentialType,
    PublicKeyCredentialUserEntity,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from . import errors, models

State = dict[str, Any]


@dataclass(frozen=True)
class Made:
    """A credential that a browser has made and we have checked 登録されたパスキー."""

    identifier: str
    credential: bytes
    uses: int
    synced: bool


@dataclass(frozen=True)
class Shown:
    """Which passkey signed, and how often it says it has 提示されたパスキー."""

    passkey: models.Passkey
    uses: int


@dataclass(frozen=True)
class Service:
    """The service for which passkeys are made; `origin` is the one address it runs under パスキーの利用先."""

    origin: str

    @property
    def host(self) -> str:
        """The name that passkeys are bound to 利用先の名前."""
        return urlsplit(self.origin).hostname or ""

    @property
    def possible(self) -> bool:
        """Whether browsers make passkeys here: under a name, by HTTPS or on this machine (§5.1.2) 利用の可否."""
        try:
            ipaddress.ip_address(self.host)
        except ValueError:
            return urlsplit(self.origin).scheme == "https" or self.host == "localhost"
        return False

    def ask_to_make(self, account: models.Account, have: Iterable[models.Passkey]) -> tuple[str, State]:
        """Options for `navigator.credentials.create` as JSON, and the state to hand to `made` 登録の求め."""
        options, state = self._server().register_begin(
            # The user handle says nothing about the person (§14.6.1).
            PublicKeyCredentialUserEntity(id=account.pk.bytes, name=account.mail, display_name=account.name),
            credentials=[_descriptor(passkey) for passkey in have],
            resident_key_requirement=ResidentKeyRequirement.REQUIRED,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return json.dumps(dict(options.public_key)), dict(state)

    def made(self, state: State, response: str) -> Made:
        """The credential of a browser's answer (JSON); raises `errors.NotProven` for any other 登録の確認."""
        try:
            data = self._server().register_complete(state, _read(response))
        except (ValueError, KeyError, TypeError) as wrong:
            raise errors.NotProven from wrong
        credential = data.credential_data
        if credential is None:
            raise errors.NotProven
        return Made(
            identifier=websafe_encode(credential.credential_id),
            credential=bytes(credential),
            uses=data.counter,
            synced=data.is_backed_up(),
        )

    def ask_to_show(self, have: Iterable[models.Passkey] = ()) -> tuple[str, State]:
        """Options for `navigator.credentials.get` as JSON; of anybody, when `have` is empty 提示の求め."""
        options, state = self._server().authenticate_begin(
            credentials=[_descriptor(passkey) for passkey in have] or None,
            user_verification=UserVerificationRequirement.REQUIRED,
        )
        return json.dumps(dict(options.public_key)), dict(state)

    def shown(self, state: State, response: str) -> Shown:
        """The passkey that signed (§7.2); raises `errors.NotProven`, also for one that counts backwards 提示の確認."""
        try:
            answer = _read(response)
            passkey = models.Passkey.objects.select_related("account__staff__municipality").get(
                identifier=str(answer.get("rawId", ""))
            )
            # The user handle, where there is one, names the same person (§7.2, step 6).
            handle = AuthenticationResponse.from_dict(answer).response.user_handle
            if handle is not None and handle != passkey.account_id.bytes:
                raise errors.NotProven
            known = AttestedCredentialData(bytes(passkey.credential))
            self._server().authenticate_complete(state, [known], answer)
            uses = AuthenticationResponse.from_dict(answer).response.authenticator_data.counter
        except (models.Passkey.DoesNotExist, ValueError, KeyError, TypeError) as wrong:
            raise errors.NotProven from wrong
        if (uses or passkey.uses) and uses <= passkey.uses:
            raise errors.NotProven
        return Shown(passkey, uses)

    def claimed(self, response: str) -> models.Account | None:
        """The account whose passkey an answer names, whether or not it is right 名乗られた持ち主."""
        try:
            identifier = str(_read(response).get("rawId", ""))
        except (ValueError, TypeError):
            return None
        passkey = models.Passkey.objects.select_related("account__staff__municipality").filter(identifier=identifier)
        found = passkey.first()
        return found.account if found else None

    def _server(self) -> server.Fido2Server:
        return server.Fido2Server(
            PublicKeyCredentialRpEntity(id=self.host, name="割符"),
            attestation=AttestationConveyancePreference.NONE,
            verify_origin=lambda origin: origin == self.origin,
        )


def _descriptor(passkey: models.Passkey) -> PublicKeyCredentialDescriptor:
    known = AttestedCredentialData(bytes(passkey.credential))
    return PublicKeyCredentialDescriptor(type=PublicKeyCredentialType.PUBLIC_KEY, id=known.credential_id)


def _read(response: str) -> Mapping[str, Any]:
    answer = json.loads(response)
    if not isinstance(answer, dict):
        raise TypeError("an answer is an object")
    return answer
