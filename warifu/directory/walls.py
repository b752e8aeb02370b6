"""The second wall: row-level security of PostgreSQL on every table that belongs to a municipality 行単位の制限.

Made from the models, after each migration: a table leads to its municipality directly, by the municipality's code, or
through the row it hangs on, which has a wall of its own. `FORCE` holds the owner of the tables to it as well; only
superusers and roles with BYPASSRLS pass. What is seen depends on what `scope` has said on the connection.
"""

import hashlib
from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from django.apps import apps
from django.core.exceptions import ImproperlyConfigured
from django.db import connections, models
from django.db.backends.base.base import BaseDatabaseWrapper

from . import scope
from .models import Municipality

POLICY = "warifu_wall"
READ = "warifu_published"
BY_CODE: Mapping[str, str] = MappingProxyType(
    {
        "vault.Keyring": "owner",
        "audit.Ledger": "name",
        "audit.SpooledEntry": "ledger",
        "audit.AnomalyRule": "ledger",
        "audit.Anomaly": "ledger",
        "audit.Examined": "ledger",
        "operations.PublishedMonth": "code",
        "operations.PublishedYear": "code",
    }
)
"""Other rooms know a municipality by its 団体コード only, in these columns."""
PUBLISHED = frozenset({"operations.PublishedMonth", "operations.PublishedYear"})
"""What every body may read, and only the body itself writes."""
_SERVICE = "(SELECT current_setting('warifu.service', true)) = 'on'"
_OWN = "(SELECT nullif(current_setting('warifu.municipality', true), '')::bigint)"
_CODE = "(SELECT nullif(current_setting('warifu.code', true), ''))"


def conditions() -> dict[str, str]:
    """Every table with a wall, and what lets a row through, as SQL 表ごとの条件."""
    found = {model._meta.db_table: _condition(model) for model in _models()}
    return {table: f"{_SERVICE} OR {condition}" for table, condition in found.items() if condition}


def without() -> set[str]:
    """Own tables that lead to no municipality 団体に属さない表."""
    return {model._meta.db_table for model in _models()} - set(conditions())


def statements(table: str, condition: str) -> Iterator[str]:
    """The SQL that puts up one wall, in the place of an earlier one 制限の設定."""
    yield f'ALTER TABLE "{table}" ENABLE ROW LEVEL SECURITY'
    yield f'ALTER TABLE "{table}" FORCE ROW LEVEL SECURITY'
    yield f'DROP POLICY IF EXISTS {POLICY} ON "{table}"'
    yield f'CREATE POLICY {POLICY} ON "{table}" USING ({condition}) WITH CHECK ({condition})'
    yield f"COMMENT ON POLICY {POLICY} ON \"{table}\" IS '{_mark(condition)}'"
    yield f'DROP POLICY IF EXISTS {READ} ON "{table}"'
    if table in {model._meta.db_table for model in _models() if model._meta.label in PUBLISHED}:
        yield f'CREATE POLICY {READ} ON "{table}" FOR SELECT USING (true)'


def put_up(*, using: str) -> list[str]:
    """Put up the walls that are missing or are not those of the models; returns their tables 制限の設定."""
    connection = connections[using]
    if connection.vendor != "postgresql":
        return []
    wanted = conditions()
    with connection.cursor() as cursor:
        there = set(connection.introspection.table_names(cursor))
        cursor.execute(
            "SELECT c.relname, obj_description(p.oid, 'pg_policy')"
            " FROM pg_policy p JOIN pg_class c ON c.oid = p.polrelid"
            " WHERE p.polname = %s AND c.relrowsecurity AND c.relforcerowsecurity",
            [POLICY],
        )
        standing = dict(cursor.fetchall())
        due = [table for table in wanted if table in there and standing.get(table) != _mark(wanted[table])]
        for table in due:
            for statement in statements(table, wanted[table]):
                cursor.execute(statement)
    return due


class NotBound(ImproperlyConfigured):
    """The role of the connection passes every wall: a superuser, or one with BYPASSRLS 制限を受けないロール."""

    def __init__(self, role: str) -> None:
        super().__init__(
            f"the database role {role!r} is a superuser or has BYPASSRLS, so row-level security does not hold it;"
            " connect as a role with NOSUPERUSER NOBYPASSRLS (docs/operations/database.md)"
        )


_bound: set[str] = set()


def require_bound(*, connection: BaseDatabaseWrapper, **_: Any) -> None:
    """Receiver of `connection_created` in production: raises NotBound; each role is asked about once ロールの確認."""
    role = str(connection.settings_dict["USER"])
    if connection.vendor != "postgresql" or role in _bound:
        return
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolsuper OR rolbypassrls FROM pg_roles WHERE rolname = current_user")
        if cursor.fetchone() != (False,):
            raise NotBound(role)
    _bound.add(role)


_said_before: list[scope.Scope] = []


def before_migrating(**_: Any) -> None:
    """Receiver of `pre_migrate`: a migration works on everybody's rows 移行の範囲."""
    _said_before.append(scope.current())
    scope.say(scope.SERVICE)


def after_migrating(*, using: str, **_: Any) -> None:
    """Receiver of `post_migrate`: the walls, and what was said before 移行の後."""
    put_up(using=using)
    scope.say(_said_before.pop() if _said_before else scope.NOTHING)


def _models() -> list[type[models.Model]]:
    own = (model for model in apps.get_models(include_auto_created=True) if model._meta.managed)
    return [model for model in own if _room(model).startswith("warifu.")]


def _room(model: type[models.Model]) -> str:
    return apps.get_app_config(model._meta.app_label).name


def _condition(model: type[models.Model], seen: frozenset[type[models.Model]] = frozenset()) -> str:
    """What lets a row of this table through but for the service; "" where nothing leads to a municipality."""
    table = model._meta.db_table
    if model is Municipality:
        return f'"{table}"."id" = {_OWN}'
    if column := BY_CODE.get(model._meta.label):
        return f'"{table}"."{column}" = {_CODE}'
    for field in _towards(model):
        parent = field.related_model
        if parent is Municipality:
            return f'"{table}"."{field.column}" = {_OWN}'
        if parent in seen or parent is model or not _condition(parent, seen | {model}):
            continue
        # The parent's own wall holds inside this question, so that its being seen is enough.
        key = parent._meta.pk.column
        # All names are those of our own models.
        seen_above = f'SELECT 1 FROM "{parent._meta.db_table}" above WHERE above."{key}" = "{table}"."{field.column}"'  # noqa: S608
        return f"EXISTS ({seen_above})"
    return ""


def _towards(model: type[models.Model]) -> list[Any]:
    """Its foreign keys, those to the municipality first, then those that are never empty."""
    keys = [field for field in model._meta.concrete_fields if field.is_relation and field.related_model]
    return sorted(keys, key=lambda field: (field.related_model is not Municipality, field.null))


def _mark(condition: str) -> str:
    return hashlib.sha256(condition.encode()).hexdigest()
