"""Only addresses of our own may be followed from a mail in the trial mailbox."""

import pytest

from warifu.web.console import letters

OURS = "http://127.0.0.1:8000"


def links(body: str, public_url: str = OURS) -> list[str]:
    return [piece.url for piece in letters.pieces(body, public_url=public_url) if piece.url]


def test_a_link_of_our_own_can_be_followed_and_the_text_stays_whole() -> None:
    body = f"次のリンクから契約書をご覧ください。\n\n{OURS}/c/aB3-_x\n\nお願いします。\n"
    assert links(body) == [f"{OURS}/c/aB3-_x"]
    assert "".join(piece.text for piece in letters.pieces(body, public_url=OURS)) == body


@pytest.mark.parametrize(
    "written",
    [
        "http://elsewhere.example/c/abc",
        f"{OURS}.elsewhere.example/c/abc",
        f"{OURS}@elsewhere.example/c/abc",
        f"{OURS}1/c/abc",
        "javascript:alert(1)",
    ],
)
def test_an_address_of_somebody_else_stays_text(written: str) -> None:
    assert links(f"理由　{written}\n") == []


def test_the_bare_address_that_people_compare_is_not_a_link() -> None:
    assert links(f"次の文字で始まることを確かめてください。\n{OURS}/\n") == []


def test_japanese_after_a_link_does_not_become_part_of_it() -> None:
    assert links(f"{OURS}/c/abcを開いてください。") == [f"{OURS}/c/abc"]


def test_a_public_address_that_is_not_http_makes_no_links() -> None:
    assert links("javascript:x/abc", public_url="javascript:x") == []
