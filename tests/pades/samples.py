"""Contracts made by code. 見本文書"""

from __future__ import annotations

import functools
import hashlib
import io
import random
from datetime import datetime

import pikepdf
import typst

from warifu.pades import statements

CONTRACT = """
#set page(paper: "a4")
#set text(lang: "ja")
= 業務委託契約書
盛岡市（以下「甲」という。）と岩手建設株式会社（以下「乙」という。）は、次のとおり契約を締結する。
#for number in range(1, 9) [ == 第#number 条 \\ 乙は、仕様書に基づき業務を誠実に履行する。 ]
"""


@functools.cache
def contract() -> bytes:
    """A small contract of a few pages, set by typst. 契約書"""
    return bytes(typst.compile(CONTRACT.encode(), format="pdf"))


@functools.cache
def plain(kilobytes: int = 4) -> bytes:
    """A classic PDF with one page and ballast that does not compress. 素の文書"""
    with pikepdf.new() as pdf:
        pdf.add_blank_page()
        pdf.Root.Ballast = pikepdf.Stream(pdf, random.Random(7).randbytes(kilobytes * 1024))
        output = io.BytesIO()
        pdf.save(output, object_stream_mode=pikepdf.ObjectStreamMode.disable, static_id=True)
        return output.getvalue()


def statement(name: str, *, source: bytes, at: datetime) -> statements.PartyStatement:
    """What a party of the cast says. 合意表示の見本"""
    return statements.PartyStatement(
        party_name=name,
        organisation="岩手建設株式会社",
        title="代表取締役",
        mail="taro@iwate-kensetsu.example",
        agreement_id="01J9ZK3V",
        agreement_number="盛契第12号",
        consented_at=at,
        document_digest=hashlib.sha256(source).hexdigest(),
        authenticated_by="メールのリンクと確認コード",
    )
