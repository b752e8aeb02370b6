"""What every page must keep, whoever wrote it 画面の検査."""

import functools
import re
from collections import Counter
from collections.abc import Callable, Iterator
from xml.etree.ElementTree import Element

import html5lib

FORBIDDEN_WORDS = ("ダウンロード", "無効な入力", "！")
ASSETS = {
    "script": "src",
    "link": "href",
    "img": "src",
    "iframe": "src",
    "source": "src",
    "object": "data",
    "use": "href",
}
UNLABELLED_TYPES = {"hidden", "submit", "button", "reset", "image"}
FORM_TOKEN = re.compile(r'(name="csrfmiddlewaretoken" value=")[^"]+')
REFERENCES = ("aria-labelledby", "aria-describedby", "aria-controls", "for")
SPOKEN = ("aria-label", "alt", "placeholder")

Problems = Iterator[str]


def check_page(html: str, url: str) -> list[str]:
    """Problems of one whole page, each as `url: what is wrong`; an empty list is a good page.

    Words are looked for in what is shown and read aloud, not in what a person typed into a field.
    """
    # The token of forms is the only thing that is another each time; that there is one is still seen.
    return [f"{url}: {problem}" for problem in _problems(FORM_TOKEN.sub(r"\1same", html))]


@functools.lru_cache(maxsize=1024)
def _problems(html: str) -> list[str]:
    """Reading a page is slow, and in one run of the tests the same pages are seen again and again."""
    parser = html5lib.HTMLParser(tree=html5lib.getTreeBuilder("etree"), namespaceHTMLElements=False)
    page = parser.parse(html)
    found = [f"line {place[0]}: HTML {code} {detail or ''}".strip() for place, code, detail in parser.errors]
    for rule in RULES:
        found.extend(rule(page))
    return found


def _words(element: Element) -> str:
    return re.sub(r"\s+", " ", "".join(_shown(element))).strip()


def _shown(element: Element) -> Iterator[str]:
    if not isinstance(element.tag, str) or element.tag in {"script", "style", "template", "textarea"}:
        return
    yield element.text or ""
    for child in element:
        yield from _shown(child)
        yield child.tail or ""


def _named(element: Element) -> str:
    """`<input name="amount">`: enough to find an element again."""
    told = [f'{key}="{element.get(key)}"' for key in ("id", "name", "class") if element.get(key)]
    return f"<{' '.join([str(element.tag), *told[:2]])}>"


def _all(page: Element, *tags: str) -> Iterator[Element]:
    return (element for element in page.iter() if element.tag in tags)


def one_heading_that_begins_the_title(page: Element) -> Problems:
    headings = list(_all(page, "h1"))
    if len(headings) != 1:
        yield f"{len(headings)} h1 elements, not one"
        return
    heading, title = _words(headings[0]), "".join(_words(element) for element in _all(page, "title"))
    if not heading:
        yield "the h1 is empty"
    elif not title.startswith(heading):
        yield f"the title 「{title}」 does not begin with the h1 「{heading}」"


def headings_go_down_step_by_step(page: Element) -> Problems:
    above = 1
    for heading in _all(page, "h1", "h2", "h3", "h4", "h5", "h6"):
        level = int(heading.tag[1])
        if level > above + 1:
            yield f"h{level} 「{_words(heading)}」 follows h{above}"
        above = level


def japanese_is_declared(page: Element) -> Problems:
    if page.get("lang") != "ja":
        yield f'html has lang="{page.get("lang")}", not "ja"'


def one_main(page: Element) -> Problems:
    count = len(list(_all(page, "main")))
    if count != 1:
        yield f"{count} main elements, not one"


def every_field_has_a_label(page: Element) -> Problems:
    labelled = {label.get("for") for label in _all(page, "label") if _words(label)}
    inside = {id(field) for label in _all(page, "label") if _words(label) for field in label.iter()}
    ids = {element.get("id"): element for element in page.iter() if element.get("id")}
    for field in _all(page, "input", "select", "textarea"):
        if field.tag == "input" and field.get("type", "text") in UNLABELLED_TYPES:
            continue
        by = [ids[name] for name in field.get("aria-labelledby", "").split() if name in ids]
        told = field.get("aria-label", "").strip() or any(_words(element) for element in by)
        if not (told or id(field) in inside or (field.get("id") and field.get("id") in labelled)):
            yield f"{_named(field)} has no label"


def ids_are_unique_and_found(page: Element) -> Problems:
    ids = Counter(element.get("id") for element in page.iter() if element.get("id") is not None)
    for name, count in ids.items():
        if count > 1:
            yield f'id="{name}" stands {count} times'
    for element in page.iter():
        for key in REFERENCES:
            for name in element.get(key, "").split():
                if name not in ids:
                    yield f'{_named(element)} points with {key} to "{name}", which is not there'


def forms_say_how_and_where(page: Element) -> Problems:
    for form in _all(page, "form"):
        if form.get("method", "").lower() not in {"get", "post"}:
            yield f"{_named(form)} has no method"
        if form.get("action") is None:
            yield f"{_named(form)} has no action"
        token = any(field.get("name") == "csrfmiddlewaretoken" and field.get("value") for field in _all(form, "input"))
        if form.get("method", "").lower() == "post" and not token:
            yield f"{_named(form)} posts without a form token"
        if form.get("method", "").lower() == "get" and token:
            yield f"{_named(form)} would show the form token in the address"


def nothing_inline(page: Element) -> Problems:
    for element in page.iter():
        if element.tag == "style" or (element.tag == "script" and not element.get("src")):
            yield f"inline <{element.tag}>"
        for key, value in element.attrib.items():
            if key == "style" or key.startswith("on"):
                yield f"{_named(element)} has the attribute {key}"
            elif value.strip().lower().startswith("javascript:"):
                yield f"{_named(element)} has a script in {key}"


def nothing_from_elsewhere(page: Element) -> Problems:
    for tag, key in ASSETS.items():
        for element in _all(page, tag):
            address = element.get(key, "").strip().lower()
            if address.startswith(("http:", "https:", "//")):
                yield f"{_named(element)} is fetched from {address}"


def buttons_and_links_have_words(page: Element) -> Problems:
    for element in _all(page, "button", "a"):
        pictures = "".join(picture.get("alt", "") for picture in _all(element, "img"))
        if not (_words(element) or element.get("aria-label", "").strip() or pictures.strip()):
            yield f"{_named(element)} has no words"
    for field in _all(page, "input"):
        if field.get("type") in {"submit", "button", "reset"} and not field.get("value", "").strip():
            yield f"{_named(field)} has no words"


def pictures_have_words(page: Element) -> Problems:
    for picture in _all(page, "img"):
        if picture.get("alt") is None:
            yield f"{_named(picture)} has no alt"


def no_tooltips(page: Element) -> Problems:
    for element in page.iter():
        if element.get("title") is not None and element.tag != "iframe":
            yield f"{_named(element)} hides words in a title attribute"


def our_words(page: Element) -> Problems:
    texts = [_words(page), *(element.get(key, "") for element in page.iter() for key in SPOKEN)]
    for word in FORBIDDEN_WORDS:
        for text in texts:
            if word in text:
                at = text.index(word)
                yield f"「{word}」 is not our word: …{text[max(0, at - 12) : at + 12]}…"
                break


RULES: tuple[Callable[[Element], Problems], ...] = (
    one_heading_that_begins_the_title,
    headings_go_down_step_by_step,
    japanese_is_declared,
    one_main,
    every_field_has_a_label,
    ids_are_unique_and_found,
    forms_say_how_and_where,
    nothing_inline,
    nothing_from_elsewhere,
    buttons_and_links_have_words,
    pictures_have_words,
    no_tooltips,
    our_words,
)
