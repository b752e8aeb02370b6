"""Databases of the sort that WARIFU_DATABASE_URL names: new ones, and copies of one that is at rest."""

import os
import uuid
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit, urlunsplit

import psycopg
from psycopg import sql

Made = tuple[str, Callable[[], None]]
"""Its address, and how to be rid of it."""


def new(data: Path) -> Made:
    """An empty database; SQLite's lies in the data directory."""
    return _created(data, "template1")


def copied(address: str, data: Path) -> Made:
    """The same tables and rows once more; SQLite's file came with the copy of the data directory."""
    return _created(data, urlsplit(address).path.lstrip("/"))


def drop(address: str) -> None:
    """Be rid of it, whoever made it; SQLite's goes with its data directory."""
    if address.startswith("postgres"):
        parts = urlsplit(address)
        _ask(urlunsplit(parts._replace(path="/postgres")), "DROP DATABASE {} WITH (FORCE)", parts.path.lstrip("/"))


def _created(data: Path, template: str) -> Made:
    given = os.environ.get("WARIFU_DATABASE_URL", "")
    if not given.startswith("postgres"):
        return f"sqlite:///{data / 'warifu.sqlite3'}", lambda: None
    name = f"warifu_{uuid.uuid4().hex}"
    _ask(urlunsplit(urlsplit(given)._replace(path="/postgres")), "CREATE DATABASE {} TEMPLATE {}", name, template)
    address = urlunsplit(urlsplit(given)._replace(path=f"/{name}"))
    return address, lambda: drop(address)


def _ask(server: str, statement: str, *names: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(*map(sql.Identifier, names)))
