"""The sheets that can be imported and exported 様式の一覧."""

from collections.abc import Mapping
from types import MappingProxyType

from warifu.integrations.layout import Layout

from . import addresses, counterparties, delegates, departments, folder_rights, folders, groups, people, transfers

_ROOMS = (departments, people, transfers, groups, counterparties, addresses, delegates, folders, folder_rights)
LAYOUTS: Mapping[str, Layout] = MappingProxyType({one.LAYOUT.name: one.LAYOUT for one in _ROOMS})
