"""Somebody of the staff is named: from a list where there are few, by what is typed where there are many."""

from uuid import uuid4

import pytest
from django import forms
from django.core.exceptions import ValidationError

from tests import city
from tests.web import test_pages
from warifu import settings
from warifu.access import models as access
from warifu.access.rights import Role
from warifu.directory import models as directory
from warifu.web import clock
from warifu.web.named_choice import LISTED
from warifu.web.staff_choice import StaffChoiceField

pytestmark = pytest.mark.django_db


def crowd(number: int) -> list[directory.StaffMember]:
    """People of 盛岡市 who approve, all with one family name."""
    body, place = city.morioka(), city.sato().staff.department
    made = directory.StaffMember.objects.bulk_create(
        directory.StaffMember(
            municipality=body,
            department=place,
            name=f"菊池 {n}郎",
            mail=f"kikuchi{n}@morioka.example.jp",
            number=f"K{n}",
        )
        for n in range(number)
    )
    access.RoleGrant.objects.bulk_create(access.RoleGrant(staff=one, role=Role.APPROVER) for one in made)
    return made


def offered() -> StaffChoiceField:
    field = StaffChoiceField(label="承認者")
    field.offer(directory.StaffMember.objects.filter(municipality=city.morioka()))
    return field


def test_few_people_are_a_list(cast: None) -> None:
    field = offered()
    assert isinstance(field.widget, forms.Select)
    assert field.how == ""
    suzuki = city.suzuki().staff
    assert field.prepare_value(suzuki) == str(suzuki.pk)
    assert field.clean(str(suzuki.pk)) == suzuki
    with pytest.raises(ValidationError, match="一覧から"):
        field.clean(str(uuid4()))


@pytest.mark.parametrize("typed", ["kikuchi7@morioka.example.jp", "KIKUCHI7@morioka.example.jp", "K7", "菊池 7郎"])
def test_one_of_many_is_named_by_address_number_or_whole_name(cast: None, typed: str) -> None:
    made = crowd(LISTED)
    field = offered()
    assert not isinstance(field.widget, forms.Select)
    assert "メールアドレス" in field.how
    assert field.clean(typed) == made[7]
    assert field.clean(field.prepare_value(made[7])) == made[7], "what was chosen before can be sent again as it stands"


def test_part_of_a_name_is_enough_where_it_means_one_person(cast: None) -> None:
    crowd(LISTED)
    assert offered().clean("健一") == city.suzuki().staff


def test_a_name_of_many_is_answered_with_some_of_them_and_with_what_tells_them_apart(cast: None) -> None:
    crowd(LISTED)
    with pytest.raises(ValidationError, match=r"一人に決まりません。菊池 .*@morioka\.example\.jp.*など"):
        offered().clean("菊池")
    with pytest.raises(ValidationError, match="ここで選べる方はいません"):
        offered().clean("takahashi@takizawa.example.jp")


def test_the_page_of_the_parties_holds_no_list_of_hundreds_and_takes_what_is_typed(cast: None) -> None:
    agreement = city.drafted(settings.OBJECTS_DIR, at=clock.now())
    made, client = crowd(LISTED + 1), test_pages.signed_in("sato@morioka.example.jp")
    url = f"/agreements/{agreement.pk}/parties/"
    page = client.get(url).content.decode()
    assert page.count("<option") == 0
    assert 'value="suzuki@morioka.example.jp"' in page, "whom the officer chose before there were so many"
    wrong = client.post(url, {"approver": "菊池", "counterparty_first": "1"})
    assert wrong.status_code == 422
    assert 'value="菊池"' in wrong.content.decode(), "what was typed stays"
    assert client.post(url, {"approver": "K7", "counterparty_first": "1"}).status_code == 302
    agreement.refresh_from_db()
    assert agreement.approver == made[7]
