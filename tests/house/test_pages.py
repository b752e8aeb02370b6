import pytest

from . import pagecheck

GOOD = """<!doctype html>
<html lang="ja"><head><title>契約案件の状況｜盛岡市｜割符</title>
<link rel="stylesheet" href="/static/warifu.css"></head>
<body><main id="main"><h1>契約案件の状況</h1><h2>検索</h2>
<form method="get" action="/"><label for="q">件名</label><input id="q" name="q" value="至急！">
<button>検索する</button></form>
<form method="post" action="/send/"><input type="hidden" name="csrfmiddlewaretoken" value="t">
<label><input type="checkbox" name="read"> 内容を確認しました</label><button>送信する</button></form>
<img src="/static/mark.svg" alt=""></main></body></html>"""


def test_a_good_page_has_no_problems() -> None:
    assert pagecheck.check_page(GOOD, "/") == []


def test_what_a_person_typed_into_a_field_is_not_our_word() -> None:
    assert "至急！" in GOOD
    assert (
        pagecheck.check_page(GOOD.replace("</main>", "<textarea aria-label='理由'>至急！</textarea></main>"), "/") == []
    )


@pytest.mark.parametrize(
    ("good", "bad", "told"),
    [
        ("<h1>契約案件の状況</h1>", "", "0 h1 elements"),
        ("</main>", "<h1>二つ目</h1></main>", "2 h1 elements"),
        ("<title>契約", "<title>別の契約", "does not begin with the h1"),
        ("<h2>検索</h2>", "<h3>検索</h3>", "h3 「検索」 follows h1"),
        ('lang="ja"', 'lang="en"', "lang"),
        ('<main id="main">', '<main id="main"></main><main>', "2 main elements"),
        ('<label for="q">件名</label>', "", "has no label"),
        ('<label for="q">件名</label>', '<label for="q"></label>', "has no label"),
        ("</main>", '<p id="q">二つ目</p></main>', 'id="q" stands 2 times'),
        ('name="q"', 'name="q" aria-describedby="gone"', 'to "gone", which is not there'),
        ('method="get" action="/"', 'action="/"', "has no method"),
        ('method="get" action="/"', 'method="get"', "has no action"),
        ('<input type="hidden" name="csrfmiddlewaretoken" value="t">', "", "posts without a form token"),
        ("<h2>", '<h2 style="color: red">', "the attribute style"),
        ("<h2>", '<h2 onclick="go()">', "the attribute onclick"),
        ("</main>", "<script>go()</script></main>", "inline <script>"),
        ("</head>", "<style>h1 {}</style></head>", "inline <style>"),
        ("</main>", '<a href="javascript:go()">進む</a></main>', "a script in href"),
        ("/static/warifu.css", "https://elsewhere.example/warifu.css", "is fetched from"),
        ("/static/mark.svg", "//elsewhere.example/mark.svg", "is fetched from"),
        ("<button>検索する</button>", "<button></button>", "has no words"),
        ("</main>", '<a href="/"><svg></svg></a></main>', "has no words"),
        (' alt=""', "", "has no alt"),
        ("<h2>", '<h2 title="説明">', "title attribute"),
        ("送信する", "ダウンロード", "「ダウンロード」"),
        ("検索</h2>", "無効な入力です</h2>", "「無効な入力」"),
        ("検索</h2>", "完了しました！</h2>", "「！」"),
        ('alt=""', 'alt="完了！"', "「！」"),
        ("</main>", "</section></main>", "HTML"),
    ],
)
def test_each_rule_can_fail(good: str, bad: str, told: str) -> None:
    assert good in GOOD
    problems = pagecheck.check_page(GOOD.replace(good, bad, 1), "/somewhere/")
    assert any(told in problem and problem.startswith("/somewhere/: ") for problem in problems), problems
