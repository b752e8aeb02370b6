"""IPA 7: HTTP header injection HTTPヘッダ・インジェクション."""

import pytest
from django.http import BadHeaderError, HttpResponse
from django.test import Client

from tests.web.entrance import people
from warifu.web import documents
from warifu.web.desk import uploads

CRLF = "\r\nSet-Cookie: stolen=1"


@pytest.mark.django_db
def test_7_i_a_an_address_to_go_to_makes_no_header(cast: None) -> None:
    for wanted in (f"/{CRLF}", "/%0d%0aSet-Cookie:%20stolen=1", "/\u560d\u560aSet-Cookie: stolen=1"):
        client = Client()
        where = people.sign_in(client, wanted=wanted)
        assert "\r" not in where
        assert "\n" not in where
        assert "stolen" not in client.cookies


def test_7_i_b_a_header_with_a_line_break_is_not_sent() -> None:
    with pytest.raises(BadHeaderError):
        HttpResponse().headers["Location"] = f"/{CRLF}"


@pytest.mark.parametrize("name", [f"契約書{CRLF}.pdf", '契約書".pdf', "契約書\u2028.pdf", "契約書; filename=x.exe"])
def test_7_ii_a_file_name_is_encoded_and_stays_one_header(name: str) -> None:
    for given in (name, uploads.safe_name(name)):
        told = documents.as_file(b"x", name=given)["Content-Disposition"]
        assert told.startswith("attachment; filename=\"document.pdf\"; filename*=UTF-8''")
        assert told.isascii()
        assert told.count('"') == 2
        assert told.count(";") == 2
        assert "\r" not in told
