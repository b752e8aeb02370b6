import pytest

from tests.audit import emptying
from warifu.directory import models as directory

from . import people

emptying.allow()


@pytest.fixture
def morioka(db: None) -> directory.Department:
    """盛岡市 契約検査課."""
    return people.town("032018", "盛岡市", "morioka", "契約検査課")


@pytest.fixture
def takizawa(db: None) -> directory.Department:
    """滝沢市 財務課, which must see nothing of 盛岡市."""
    return people.town("032166", "滝沢市", "takizawa", "財務課")
