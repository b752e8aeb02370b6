import pytest

from tests.audit import emptying
from warifu.directory import models as directory

from . import people

emptying.allow()


@pytest.fixture
def morioka(db: None) -> directory.Municipality:
    return people.town("032018", "盛岡市", "morioka")


@pytest.fixture
def takizawa(db: None) -> directory.Municipality:
    return people.town("032166", "滝沢市", "takizawa")
