import pytest
from django.template import engines

from tests.house import pagecheck

SURFACES = {"desk": "desk", "console": "console", "counter": "counter", "verify": "verify", "signin": "counter"}
PAGE = (
    '{{% extends "layouts/{layout}.html" %}}{{% block title %}}見本{{% endblock %}}'
    "{{% block main %}}<h1>見本</h1>{{% endblock %}}"
)
SIGNED_IN = {
    "municipality_name": "盛岡市",
    "staff_name": "佐藤 美咲",
    "department_name": "契約検査課",
    "nav": [[{"label": "契約案件の状況", "url": "/", "current": True, "count": 4}]],
    "csrf_token": "example",
    "helpdesk_phone": "019-000-0000",
}


def page(layout: str, **values: object) -> str:
    return str(engines["django"].from_string(PAGE.format(layout=layout)).render(values))


@pytest.mark.parametrize("layout", SURFACES)
@pytest.mark.parametrize("values", [{}, SIGNED_IN], ids=["nobody", "signed in"])
def test_each_layout_makes_a_good_page_of_its_surface(layout: str, values: dict[str, object]) -> None:
    html = page(layout, **values)
    assert pagecheck.check_page(html, layout) == []
    assert f'data-surface="{SURFACES[layout]}"' in html


@pytest.mark.parametrize("layout", SURFACES)
def test_the_trial_says_so_on_every_surface_and_production_does_not(layout: str) -> None:
    assert "法的な効力はありません" in page(layout, trial=True)
    assert "法的な効力はありません" not in page(layout, trial=False)
