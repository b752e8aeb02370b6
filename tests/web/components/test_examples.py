import re
import subprocess
import sys
from pathlib import Path

import pytest
from django import forms
from django.template import engines
from django.template.loader import render_to_string
from django_cotton.compiler_regex import CottonCompiler

from tests.house import pagecheck
from warifu.web.components import gallery

ROOT = Path(__file__).resolve().parents[3]
EVIL = """<b>"&'</b>"""


def render(source: str, **values: object) -> str:
    return str(engines["django"].from_string(CottonCompiler().process(source)).render(values))


def in_a_page(html: str) -> str:
    head = '<!doctype html><html lang="ja"><head><title>見本</title></head>'
    return f"{head}<body><main><h1>見本</h1><h2>部品</h2>{html}</main></body></html>"


def test_every_part_has_examples_and_every_style_belongs_to_a_part() -> None:
    parts = {path.parent for path in gallery.FOLDER.glob("*/part.*")}
    assert parts == set(gallery.folders())


@pytest.mark.parametrize("part", gallery.parts(), ids=lambda part: part.name)
def test_each_example_passes_the_house_check(part: gallery.Part) -> None:
    for example in part.examples:
        links = re.sub(r'href="#[^"]*"', 'href="/"', example.html)
        assert pagecheck.check_page(in_a_page(links), f"{part.name}: {example.name}") == []


def test_the_gallery_passes_the_house_check() -> None:
    page = render_to_string("components/gallery.html", {"parts": gallery.parts(), "trial": True})
    assert pagecheck.check_page(page, "/console/parts/") == []


def test_no_part_prints_its_attributes_unescaped() -> None:
    for path in gallery.FOLDER.rglob("*.html"):
        text = path.read_text(encoding="utf-8")
        assert not re.search(r"{{\s*attrs", text), f"{path.parent.name}: cotton marks attrs as safe without escaping"
        assert "|safe" not in text, path


def test_each_part_names_what_it_reads_so_that_nothing_leaks_in_from_the_page() -> None:
    for path in gallery.FOLDER.glob("*/*.html"):
        text = path.read_text(encoding="utf-8")
        declared = set(re.findall(r"[\s:]([a-z_]+)=", " ".join(re.findall(r"<c-vars(.*?)/>", text, re.S))))
        bound = set(re.findall(r"[a-z_]+", " ".join(re.findall(r"{% (?:for|with) ([a-z_]+(?:, ?[a-z_]+)*)", text))))
        read = set(re.findall(r"{{ ?([a-z_]+)", text)) - {"slot", "forloop"}
        assert read <= declared | bound, f"{path.parent.name}/{path.name}: {read - declared - bound}"


class Contents(forms.Form):
    title = forms.CharField(label="件名")
    kind = forms.ChoiceField(label="種類", choices=[("", "選んでください"), (EVIL, EVIL)])
    order = forms.ChoiceField(
        label="順序", choices=[("1", "相手方が先"), ("0", "発注者が先")], widget=forms.RadioSelect
    )
    read = forms.BooleanField(label="確認しました")
    day = forms.CharField(label="契約日", required=False)


def test_what_was_typed_comes_back_escaped_and_nothing_of_it_is_lost() -> None:
    form = Contents({"title": EVIL, "kind": EVIL, "order": "0", "day": "R8.4.1"})
    html = render("{% for field in form %}<c-field.bound :field='field' />{% endfor %}", form=form)
    assert "<b>" not in html
    assert html.count("&lt;b&gt;&quot;&amp;&#x27;&lt;/b&gt;") == 3
    assert re.search(r'value="0" checked', html)
    assert 'value="R8.4.1"' in html


def test_an_error_stands_in_the_summary_and_at_its_field() -> None:
    form = Contents({"title": "", "kind": EVIL, "order": "0"})
    form.errors["title"] = form.error_class(["件名を入力してください。"])
    html = render("<c-error-summary.part :form='form' /><c-field.bound :field='form.title' />", form=form)
    assert html.count("件名を入力してください。") == 2
    assert 'href="#id_title"' in html
    assert 'aria-invalid="true"' in html
    assert re.search(r'aria-describedby="[^"]*id_title-error', html)


def test_each_bound_field_passes_the_house_check() -> None:
    fields = "{% for field in form %}<c-field.bound :field='field' hint='例' />{% endfor %}"
    html = render(f"<c-error-summary.part :form='form' />{fields}", form=Contents({}))
    assert pagecheck.check_page(in_a_page(html), "form") == []


def test_a_date_field_has_its_place_for_the_other_calendar() -> None:
    html = render("<c-field.bound :field='form.day' kind='date' />", form=Contents({"day": "R8.4.1"}))
    assert "data-day" in html
    assert 'id="id_day-era"' in html


@pytest.mark.parametrize("script", ["bin/build-assets", "bin/vendor-assets"])
def test_what_is_served_is_what_the_parts_and_the_manifests_say(script: str) -> None:
    done = subprocess.run([sys.executable, ROOT / script, "--check"], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
