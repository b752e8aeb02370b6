"""A mail's plain text, with links of our own only メールの本文."""

import re
from collections.abc import Iterator
from dataclasses import dataclass


@dataclass(frozen=True)
class Piece:
    """Some text; `url` is "" where it is not a link 本文の一部."""

    text: str
    url: str = ""


def pieces(body: str, *, public_url: str) -> Iterator[Piece]:
    """Cut `body` into plain text and links, in order; joined, the texts are `body` again 本文のリンク.

    Only http(s) addresses with a path below `public_url` become links: what somebody wrote into a reason stays text.
    """
    place = public_url.rstrip("/")
    if not place.startswith(("http://", "https://")):
        yield Piece(body)
        return
    start = 0
    for link in re.finditer(re.escape(place) + r"/[A-Za-z0-9\-._~/?#=&%]+", body):
        if link.start() > start:
            yield Piece(body[start : link.start()])
        yield Piece(link[0], link[0])
        start = link.end()
    if start < len(body):
        yield Piece(body[start:])
