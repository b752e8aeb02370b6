"""How each verb of the directory is run once, for the house's test of ledger lines."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from tests import city
from warifu.audit.actor import Actor
from warifu.directory import actions as directory
from warifu.directory import models
from warifu.directory.models import SealStyle

CONSOLE = Actor.service("command")
AT = datetime(2026, 4, 1, 1, 0, tzinfo=UTC)
TODAY, MAY = date(2026, 4, 1), date(2026, 5, 1)
Act = Callable[[], object]


def by_chida(verb: Callable[..., object], **more: object) -> Act:
    return lambda: verb(by=city.chida().actor, at=AT, **more)


def department(path: str) -> models.Department:
    return models.Department.objects.get(municipality=city.morioka(), path=path)


def renamed() -> models.Department:
    changing = department("財政部")
    return directory.change_department(
        department=changing, name="財務部", parent=None, starts_on=MAY, by=city.chida().actor, at=AT
    )


def change_settings(_: Path) -> Act:
    entry = directory.SettingsEntry(False, True, False, 10, SealStyle.RED, True, models.RecipientVerdict.DENY)
    return by_chida(directory.change_settings, municipality=city.morioka(), entry=entry)


def recipient_rule() -> models.RecipientRule:
    return directory.add_recipient_rule(
        municipality=city.morioka(),
        pattern="example.net",
        verdict=models.RecipientVerdict.DENY,
        below=True,
        reason="誤送信があったため",
        by=city.oikawa().actor,
        at=AT,
    )


def add_recipient_rule(_: Path) -> Act:
    return lambda: recipient_rule()


def remove_recipient_rule(_: Path) -> Act:
    return by_chida(directory.remove_recipient_rule, rule=recipient_rule())


def register_counterparty(_: Path) -> Act:
    entry = directory.CounterpartyEntry("株式会社盛岡測量", "", "", "代表取締役", "田中 一郎", "tanaka@example.jp")
    return by_chida(directory.register_counterparty, municipality=city.morioka(), counterparty_id=None, entry=entry)


def register_counterparties(_: Path) -> Act:
    entry = directory.CounterpartyEntry("株式会社盛岡測量", "", "", "代表取締役", "田中 一郎", "tanaka@example.jp")
    rows = [directory.CounterpartyRow(None, entry)]
    return by_chida(directory.register_counterparties, municipality=city.morioka(), rows=rows)


def a_delegate() -> directory.DelegateEntry:
    return directory.DelegateEntry("北支店", "支店長", "及川 北斗", "kita@example.jp", TODAY, None, "委任状")


def address() -> models.ContactAddress:
    return models.ContactAddress.objects.create(
        counterparty=city.iwate_kensetsu(), kind="signatory", name="工藤 次郎", mail="jiro@example.jp"
    )


def stopped_address() -> models.ContactAddress:
    directory.stop_address(address=(one := address()), reason="退職のため", by=city.chida().actor, at=AT)
    return one


def stop_counterparty(_: Path) -> Act:
    return by_chida(directory.stop_counterparty, counterparty_id=city.iwate_kensetsu().pk, reason="休業のため")


def resume_counterparty(_: Path) -> Act:
    stop_counterparty(_)()
    return by_chida(directory.resume_counterparty, counterparty_id=city.iwate_kensetsu().pk, reason="再開のため")


def merge_counterparties(_: Path) -> Act:
    other = models.Counterparty.objects.create(
        municipality=city.morioka(), name="岩手建設", signatory_name="工藤", mail="second@example.jp"
    )
    more = {"kept_id": city.iwate_kensetsu().pk, "merged_id": other.pk, "reason": "二重登録"}
    return by_chida(directory.merge_counterparties, **more)


def save_address(_: Path) -> Act:
    entry = directory.AddressEntry(models.AddressKind.CONTACT, "総務課", "工藤 次郎", "jiro@example.jp")
    return by_chida(directory.save_address, counterparty_id=city.iwate_kensetsu().pk, address_id=None, entry=entry)


def stop_address(_: Path) -> Act:
    return by_chida(directory.stop_address, address=address(), reason="退職のため")


def resume_address(_: Path) -> Act:
    return by_chida(directory.resume_address, address=stopped_address(), reason="復職のため")


def save_delegate(_: Path) -> Act:
    firm = city.iwate_kensetsu().pk
    return by_chida(directory.save_delegate, counterparty_id=firm, delegate_id=None, entry=a_delegate())


def end_delegate(_: Path) -> Act:
    return by_chida(directory.end_delegate, delegate=save_delegate(_)(), last_day=MAY, reason="異動のため")


def write_note(_: Path) -> Act:
    return by_chida(directory.write_note, counterparty_id=city.iwate_kensetsu().pk, text="電話は午後に。")


def remove_note(_: Path) -> Act:
    return by_chida(directory.remove_note, note=write_note(_)())


def add_department(_: Path) -> Act:
    entry = directory.DepartmentEntry("検査係", department("財政部 契約検査課"))
    return by_chida(directory.add_department, municipality=city.morioka(), entry=entry, begins_on=TODAY)


def describe_department(_: Path) -> Act:
    more = {"code": "0101", "phone": "019-000-1111", "position": 1}
    return by_chida(directory.describe_department, department=department("財政部"), **more)


def change_department(_: Path) -> Act:
    return by_chida(
        directory.change_department, department=department("財政部"), name="財務部", parent=None, starts_on=TODAY
    )


def end_department(_: Path) -> Act:
    return by_chida(
        directory.end_department, department=department("財政部"), last_day=TODAY, successor=department("総務部")
    )


def cancel_change(_: Path) -> Act:
    return by_chida(directory.cancel_change, department=renamed())


def take_over(_: Path) -> Act:
    renamed()
    ended = department("財政部")

    def twice() -> None:
        for _ in range(2):
            directory.take_over(department=ended, at=AT + timedelta(days=30))

    return twice


def group() -> models.Group:
    return directory.save_group(
        municipality=city.morioka(), group_id=None, name="工事契約の担当者", note="", by=city.chida().actor, at=AT
    )


def second_post() -> models.Post:
    place = department("総務部 総務課")
    return directory.begin_post(
        staff=city.sato().staff,
        department=place,
        title="併任",
        is_main=False,
        begins_on=TODAY,
        by=city.chida().actor,
        at=AT,
    )


def add_person(_: Path) -> Act:
    entry = directory.PersonEntry("村上 葵", "murakami@morioka.example.jp", "1024")
    place = department("総務部 総務課")
    more = {"department": place, "title": "主事", "begins_on": TODAY}
    return by_chida(directory.add_person, municipality=city.morioka(), entry=entry, **more)


def change_person(_: Path) -> Act:
    entry = directory.PersonEntry("高橋 美咲", "sato@morioka.example.jp")
    return by_chida(directory.change_person, staff=city.sato().staff, entry=entry)


def begin_post(_: Path) -> Act:
    return lambda: second_post()


def end_post(_: Path) -> Act:
    return by_chida(directory.end_post, post=second_post(), last_day=TODAY)


def leave(_: Path) -> Act:
    return by_chida(directory.leave, staff=city.sato().staff, last_day=TODAY)


def come_back(_: Path) -> Act:
    left = directory.leave(staff=city.sato().staff, last_day=TODAY, by=city.chida().actor, at=AT)
    place = department("総務部 総務課")
    return by_chida(directory.come_back, staff=left, department=place, title="主任", begins_on=TODAY)


def save_group(_: Path) -> Act:
    return lambda: group()


def change_members(_: Path) -> Act:
    return by_chida(directory.change_members, group=group(), add=[city.sato().staff.pk], remove=[])


def remove_group(_: Path) -> Act:
    return by_chida(directory.remove_group, group=group())


def mayor() -> models.ContractingAuthority:
    return models.ContractingAuthority.objects.get(municipality=city.morioka(), title="盛岡市長")


def holder() -> models.TitleHolder:
    return directory.appoint_holder(title=mayor(), name="盛岡 太郎", begins_on=TODAY, by=city.oikawa().actor, at=AT)


def deputy() -> models.DeputyHolder:
    entry = directory.DeputyEntry(
        "盛岡市長職務代理者　盛岡市副市長", "岩手 次郎", "市長の病気療養", "地方自治法第152条第1項", TODAY
    )
    return directory.deputise(title=mayor(), entry=entry, by=city.oikawa().actor, at=AT)


def save_title(_: Path) -> Act:
    entry = directory.TitleEntry("盛岡市議会議長", "law", "地方自治法第104条")
    return by_chida(directory.save_title, municipality=city.morioka(), title=None, entry=entry)


def replace_title(_: Path) -> Act:
    entry = directory.TitleEntry("盛岡市長", "law", "地方自治法第149条", begins_on=MAY)
    return by_chida(directory.replace_title, title=mayor(), entry=entry)


def end_title(_: Path) -> Act:
    return by_chida(directory.end_title, title=mayor(), last_day=MAY)


def appoint_holder(_: Path) -> Act:
    return lambda: holder()


def end_holder(_: Path) -> Act:
    return by_chida(directory.end_holder, holder=holder(), last_day=MAY)


def deputise(_: Path) -> Act:
    return lambda: deputy()


def end_deputy(_: Path) -> Act:
    return by_chida(directory.end_deputy, deputy=deputy(), last_day=MAY)


def name_consenter(_: Path) -> Act:
    return by_chida(
        directory.name_consenter, title=mayor(), staff=city.suzuki().staff, ground="盛岡市事務決裁規程第7条"
    )


def remove_consenter(_: Path) -> Act:
    return by_chida(directory.remove_consenter, consenter=models.Consenter.objects.filter(authority=mayor())[0])


def choose_title_approvers(_: Path) -> Act:
    return by_chida(directory.choose_title_approvers, title=mayor(), add=[city.suzuki().staff.pk], remove=[])


def choose_title_users(_: Path) -> Act:
    return by_chida(directory.choose_title_users, title=mayor(), open_to_all=False, add=[department("財政部")])


def begin_body(objects: Path) -> Act:
    return lambda: directory.begin_body(code="038016", name="架空組合", slug="kumiai", by=CONSOLE, at=AT)


def go_live(objects: Path) -> Act:
    body = directory.begin_body(code="038016", name="架空組合", slug="kumiai", by=CONSOLE, at=AT)
    return lambda: directory.go_live(municipality=body, live_on=date(2026, 4, 1), by=CONSOLE, at=AT)


def rest_body(objects: Path) -> Act:
    return lambda: directory.rest_body(municipality=city.morioka(), reason="脱退", by=CONSOLE, at=AT)


def wake_body(objects: Path) -> Act:
    rest_body(objects)()
    return lambda: directory.wake_body(municipality=city.morioka(), reason="復帰", by=CONSOLE, at=AT)


RUNS: dict[str, Callable[[Path], Act]] = {
    "directory.add_department": add_department,
    "directory.begin_body": begin_body,
    "directory.go_live": go_live,
    "directory.rest_body": rest_body,
    "directory.wake_body": wake_body,
    "directory.add_person": add_person,
    "directory.begin_post": begin_post,
    "directory.change_members": change_members,
    "directory.change_person": change_person,
    "directory.come_back": come_back,
    "directory.end_post": end_post,
    "directory.leave": leave,
    "directory.remove_group": remove_group,
    "directory.save_group": save_group,
    "directory.cancel_change": cancel_change,
    "directory.change_department": change_department,
    "directory.change_settings": change_settings,
    "directory.add_recipient_rule": add_recipient_rule,
    "directory.remove_recipient_rule": remove_recipient_rule,
    "directory.describe_department": describe_department,
    "directory.end_department": end_department,
    "directory.register_counterparties": register_counterparties,
    "directory.register_counterparty": register_counterparty,
    "directory.end_delegate": end_delegate,
    "directory.merge_counterparties": merge_counterparties,
    "directory.remove_note": remove_note,
    "directory.resume_address": resume_address,
    "directory.resume_counterparty": resume_counterparty,
    "directory.save_address": save_address,
    "directory.save_delegate": save_delegate,
    "directory.stop_address": stop_address,
    "directory.stop_counterparty": stop_counterparty,
    "directory.write_note": write_note,
    "directory.take_over": take_over,
    "directory.appoint_holder": appoint_holder,
    "directory.choose_title_approvers": choose_title_approvers,
    "directory.choose_title_users": choose_title_users,
    "directory.deputise": deputise,
    "directory.end_deputy": end_deputy,
    "directory.end_holder": end_holder,
    "directory.end_title": end_title,
    "directory.name_consenter": name_consenter,
    "directory.remove_consenter": remove_consenter,
    "directory.replace_title": replace_title,
    "directory.save_title": save_title,
}
