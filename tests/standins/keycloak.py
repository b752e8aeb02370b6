"""Keycloak as the identity provider of a municipality: started, filled from a realm file, stopped Keycloak."""

import json
import os
import secrets
import shutil
import socket
import subprocess
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlencode

REALM = Path(__file__).with_name("keycloak-realm.json")
MEMORY = "-Xmx384m -XX:MaxMetaspaceSize=256m -XX:+UseSerialGC -XX:TieredStopAtLevel=1 -XX:+ExitOnOutOfMemoryError"
PATIENCE = 180.0
CLIENT, SECRET = "warifu", "a secret: with & odd % letters + é"
ATTRIBUTES = ("employee_number", "display_name", "department")
"""What is kept of a person there and sent to us; its own `name` puts the given name first."""


@dataclass
class Keycloak:
    """One running Keycloak, and what its administrator can do."""

    url: str
    _password: str
    _token: str = ""
    _token_until: float = 0.0

    def ask(self, method: str, path: str, body: object = None, kind: str = "application/json") -> Any:
        """One question of the administrator (Keycloak Admin REST API); the answer's JSON, None for an empty one."""
        data = body if isinstance(body, bytes) else json.dumps(body).encode() if body is not None else None
        headers = {"Authorization": f"Bearer {self._administrator()}", "Content-Type": kind}
        request = urllib.request.Request(f"{self.url}/admin/realms{path}", data=data, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=30) as answer:
                said = answer.read()
        except urllib.error.HTTPError as wrong:
            raise AssertionError(f"{wrong.code} {method} {path}: {wrong.read()[:400]!r}") from wrong
        return json.loads(said) if said else None

    def realm(self, name: str) -> "Realm":
        """A new realm with the people and keys of the file."""
        self.ask("POST", "", json.loads(REALM.read_text()) | {"realm": name})
        return Realm(self, name)

    def _administrator(self) -> str:
        if time.monotonic() > self._token_until:
            form = {
                "grant_type": "password",
                "client_id": "admin-cli",
                "username": "administrator",
                "password": self._password,
            }
            address = f"{self.url}/realms/master/protocol/openid-connect/token"
            with urllib.request.urlopen(address, data=urlencode(form).encode(), timeout=30) as answer:
                said = json.loads(answer.read())
            self._token, self._token_until = said["access_token"], time.monotonic() + said["expires_in"] / 2
        return self._token


@dataclass(frozen=True)
class Realm:
    """The people, keys and clients of one municipality at Keycloak."""

    keycloak: Keycloak
    name: str

    @property
    def issuer(self) -> str:
        return f"{self.keycloak.url}/realms/{self.name}"

    def ask(self, method: str, path: str, body: object = None, kind: str = "application/json") -> Any:
        return self.keycloak.ask(method, f"/{self.name}{path}", body, kind)

    def metadata(self) -> bytes:
        """What Keycloak gives to be uploaded here for SAML."""
        with urllib.request.urlopen(f"{self.issuer}/protocol/saml/descriptor", timeout=30) as answer:
            return bytes(answer.read())

    def register_openid(
        self, *, redirect_uri: str, logout_uri: str = "", after_logout: str = "", algorithm: str = "RS256"
    ) -> None:
        """A confidential client that must use PKCE, with what our page says is to be copied; in place of the old."""
        self.forget_client(CLIENT)
        self.ask(
            "POST",
            "/clients",
            {
                "clientId": CLIENT,
                "secret": SECRET,
                "protocol": "openid-connect",
                "publicClient": False,
                "standardFlowEnabled": True,
                "directAccessGrantsEnabled": False,
                "redirectUris": [redirect_uri],
                "attributes": {
                    "pkce.code.challenge.method": "S256",
                    "id.token.signed.response.alg": algorithm,
                    "backchannel.logout.url": logout_uri,
                    "backchannel.logout.session.required": "true",
                    "post.logout.redirect.uris": after_logout,
                },
                "protocolMappers": [
                    {
                        "name": name,
                        "protocol": "openid-connect",
                        "protocolMapper": "oidc-usermodel-attribute-mapper",
                        "config": {
                            "user.attribute": name,
                            "claim.name": name,
                            "jsonType.label": "String",
                            "id.token.claim": "true",
                        },
                    }
                    for name in ATTRIBUTES
                ],
            },
        )

    def register_saml(self, metadata: bytes, **attributes: str) -> dict[str, Any]:
        """A client from our own metadata, as Keycloak reads it; returns what it made of it."""
        made: dict[str, Any] = self.ask("POST", "/client-description-converter", metadata, "application/xml")
        self.forget_client(made["clientId"])
        made["attributes"] = made["attributes"] | {"saml.client.signature": "true"} | attributes
        made["protocolMappers"] = [
            {
                "name": name,
                "protocol": "saml",
                "protocolMapper": "saml-user-attribute-mapper",
                "config": {"user.attribute": name, "attribute.name": name, "attribute.nameformat": "Basic"},
            }
            for name in (*ATTRIBUTES, "email")
        ]
        self.ask("POST", "/clients", made)
        return made

    def forget_client(self, client_id: str) -> None:
        for found in self.ask("GET", f"/clients?{urlencode({'clientId': client_id})}"):
            self.ask("DELETE", f"/clients/{found['id']}")

    def change_person(self, name: str, **changes: object) -> None:
        """Switch somebody off there, or call them something else."""
        (found,) = self.ask("GET", f"/users?{urlencode({'username': name, 'exact': 'true'})}")
        self.ask("PUT", f"/users/{found['id']}", found | changes)

    def subject_of(self, name: str) -> str:
        (found,) = self.ask("GET", f"/users?{urlencode({'username': name, 'exact': 'true'})}")
        return str(found["id"])

    def sign_out_everywhere(self, name: str) -> None:
        """What an administrator there does to a person: every session ends, and clients are told."""
        self.ask("POST", f"/users/{self.subject_of(name)}/logout")

    def roll_keys(self) -> None:
        """New signing keys of both kinds; the old ones sign no more, and are published no more."""
        parent = self.ask("GET", "")["id"]
        kinds = ("rsa-generated", "ecdsa-generated")
        old = self.ask("GET", "/components?type=org.keycloak.keys.KeyProvider")
        for kind in kinds:
            new = {
                "name": f"{kind}-{secrets.token_hex(4)}",
                "providerId": kind,
                "providerType": "org.keycloak.keys.KeyProvider",
                "parentId": parent,
                "config": {"priority": ["200"]},
            }
            self.ask("POST", "/components", new)
        for one in old:
            if one["providerId"] in kinds:
                self.ask("DELETE", f"/components/{one['id']}")


@dataclass
class Listener:
    """An address of ours that Keycloak can reach; it keeps what was posted there."""

    url: str = ""
    heard: list[dict[str, str]] = field(default_factory=list)

    def waited(self, seconds: float = 20.0) -> Mapping[str, str]:
        """The first thing that was posted; fails when nothing comes."""
        until = time.monotonic() + seconds
        while not self.heard:
            assert time.monotonic() < until, "nobody told us anything"
            time.sleep(0.05)
        return self.heard[0]


@contextmanager
def listening() -> Iterator[Listener]:
    """An address that answers 200 to whatever is posted, until the block ends."""
    found = Listener()

    class Handler(BaseHTTPRequestHandler):
        def log_message(self, *_: Any) -> None:
            """Nobody reads it."""

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", 0))).decode()
            found.heard.append({name: values[0] for name, values in parse_qs(body).items()})
            self.send_response(200)
            self.send_header("Content-Length", "0")
            self.end_headers()

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    found.url = f"http://127.0.0.1:{server.server_port}/"
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


@contextmanager
def running(home: Path, scratch: Path) -> Iterator[Keycloak]:
    """The Keycloak of `home` (bin/identity-conformance): database in memory, files of its own in `scratch`."""
    for part in ("lib", "conf", "providers", "themes"):
        (scratch / part).symlink_to(home / part)
    (scratch / "data").mkdir()
    # It takes the directory of its own script, after links, for its home.
    shutil.copytree(home / "bin", scratch / "bin")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    password, log = secrets.token_urlsafe(), scratch / "log"
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith(("KC_", "JAVA_OPTS"))} | {
        "JAVA_OPTS": MEMORY,
        "KC_BOOTSTRAP_ADMIN_USERNAME": "administrator",
        "KC_BOOTSTRAP_ADMIN_PASSWORD": password,
    }
    command = [
        *(str(scratch / "bin" / "kc.sh"), "start", "--optimized", "--cache=local", "--http-enabled=true"),
        *("--http-host=127.0.0.1", f"--http-port={port}", f"--hostname=http://127.0.0.1:{port}"),
    ]
    with log.open("wb") as writing:
        process = subprocess.Popen(
            command, stdin=subprocess.DEVNULL, stdout=writing, stderr=subprocess.STDOUT, env=surroundings
        )
    try:
        found = Keycloak(f"http://127.0.0.1:{port}", password)
        _await(found, process, log)
        yield found
    finally:
        process.terminate()
        try:
            process.wait(timeout=20)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _await(keycloak: Keycloak, process: "subprocess.Popen[bytes]", log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while True:
        assert process.poll() is None and time.monotonic() < until, log.read_text(errors="replace")[-3000:]
        try:
            with urllib.request.urlopen(f"{keycloak.url}/realms/master", timeout=10):
                return
        except OSError:
            time.sleep(0.2)
