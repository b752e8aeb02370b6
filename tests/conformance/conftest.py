"""Keycloak, started once for every test here; `bin/identity-conformance` says where it is."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access import sso as registers
from tests.standins import keycloak as keycloaks
from warifu.directory import models as directory


@pytest.fixture(scope="session")
def keycloak(tmp_path_factory: pytest.TempPathFactory) -> Iterator[keycloaks.Keycloak]:
    home = Path(os.environ["WARIFU_TEST_KEYCLOAK"])
    with keycloaks.running(home, tmp_path_factory.mktemp("keycloak")) as found:
        yield found


@pytest.fixture(scope="session")
def shared_realm(keycloak: keycloaks.Keycloak) -> keycloaks.Realm:
    return keycloak.realm("morioka")


@pytest.fixture(scope="session")
def other_realm(keycloak: keycloaks.Keycloak) -> keycloaks.Realm:
    return keycloak.realm("elsewhere")


@pytest.fixture
def realm(shared_realm: keycloaks.Realm, cast: None) -> keycloaks.Realm:
    """盛岡市's people at Keycloak, whose numbers its register knows; who changes them there changes them back."""
    registers.give_number()
    directory.StaffMember.objects.filter(mail="chida@morioka.example.jp").update(number="S-0009")
    return shared_realm
