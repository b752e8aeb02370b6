"""Where the pages of a sheet are: firms have addresses of their own, for another right opens them 画面の所在."""

from django.urls import reverse

from warifu.access.rights import Right
from warifu.integrations import layout, models
from warifu.integrations.layouts import LAYOUTS

_OF_FIRMS = {"addresses": "addresses", "delegates": "delegates"}
"""Sheets of what hangs on firms, and the ends of their addresses' names."""


def is_firms(kind: layout.Layout) -> bool:
    """Whether whoever arranges firms brings this sheet 取引先の様式か."""
    return kind.right is Right.COUNTERPARTIES


def new(kind: layout.Layout) -> str:
    """Where a file is chosen ファイルを選ぶ画面."""
    if is_firms(kind):
        return reverse(f"office:firms_import_{_OF_FIRMS.get(kind.name, 'new')}")
    return reverse("office:import_new", args=[kind.name])


def export(kind: layout.Layout) -> str:
    """Where the register is written out 書出し."""
    if is_firms(kind):
        part = _OF_FIRMS.get(kind.name)
        return reverse(f"office:firms_export_{part}" if part else "office:firms_export")
    return reverse("office:export", args=[kind.name])


def one(made: models.Import, part: str = "") -> str:
    """An import's page, or ("decide", "result") a part of it 取込みの画面."""
    name = f"import_{part}" if part else "import"
    if is_firms(LAYOUTS[made.layout]):
        return reverse(f"office:firms_{name}", args=[made.pk])
    return reverse(f"office:{name}", args=[made.layout, made.pk])
