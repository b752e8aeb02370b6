"""Incremental updates by somebody who wants a sealed file to show or say something else. 追記による改ざんの見本

Each takes the file and a seeded generator and gives the file with one update appended. What is written is well-formed,
unless being broken is the point.
"""

from tests.pades.updates import documents, pages, signing, tables
from tests.pades.updates.writing import UPDATES

__all__ = ["UPDATES", "documents", "pages", "signing", "tables"]
