"""What the mails say 通知の文面.

Texts are data: `$name` stands for a plain value, {link} and {code} for secrets that only `delivery` puts in. A URL
has a line of its own. Every mail says who sends it, why, what to do next and whom to ask.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from string import Template

from . import errors

_PLACE = re.compile(r"\{(link|code)\}")


class Kind(StrEnum):
    """The occasions on which a mail is written 通知の種類."""

    CONSENT_REQUEST = "consent_request"
    ACCESS_CODE = "access_code"
    YOUR_TURN = "your_turn"
    APPROVAL_REQUEST = "approval_request"
    RETURNED = "returned"
    APPROVED = "approved"
    DECLINED = "declined"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    CONCLUDED = "concluded"
    CONCLUDED_STAFF = "concluded_staff"


@dataclass(frozen=True, slots=True)
class Wording:
    """Subject and body of one mail 文面."""

    subject: str
    body: str


_TO_COUNTERPARTY = """\
$to_organisation
$to_name 様

"""
_TO_STAFF = """\
$to_name 様

"""
_MATTER = """\
　件名　　　$title
　契約番号　$number
"""
_ASK_CITY = """
――――――――――――――――――――
契約の内容についてのお問合せ
　$municipality $department
　電話 $phone
操作についてのお問合せ
　事業者用ヘルプデスク　電話 $helpdesk
　平日 8時30分から17時30分まで（12月29日から1月3日を除く）

このメールは送信専用です。ご返信いただいてもお答えできません。
"""
_ASK_DESK = """
――――――――――――――――――――
このメールは、電子契約サービス「割符」が自動で送信しています。
操作についてのお問合せ　ヘルプデスク　電話 $helpdesk
"""

_TEXTS: dict[Kind, tuple[str, str]] = {
    Kind.CONSENT_REQUEST: (
        "契約書の確認のお願い：",
        _TO_COUNTERPARTY
        + """\
$municipality $departmentです。
次の契約書をご確認のうえ、内容に問題がなければ合意の手続をお願いします。

"""
        + _MATTER
        + """\
　契約名義　$authority
　期限　　　$deadlineまで

次のリンクから契約書をご覧ください。会員登録や費用は要りません。

{link}

リンクを開いただけでは、合意したことにはなりません。
契約書をご覧いただき、「合意する」を押したときに合意となります。
合意できないときは、同じ画面で「却下する」を選び、理由をお知らせください。

このリンクは、宛先のご本人だけのものです。ほかの方へ転送しないでください。
ご本人の確認のため、確認コードの入力をお願いすることがあります。

■ このメールが本物か確かめるには
・リンクの住所が次の文字で始まることを確かめてください。
$public_url/
・ご心配なときは、リンクを開かずに、$municipalityの代表電話から
　$departmentへお問い合わせください。電話番号は、市町のホームページで確かめられます。
・このメールで、暗証番号や口座番号をお尋ねすることはありません。
"""
        + _ASK_CITY,
    ),
    Kind.ACCESS_CODE: (
        "確認コードのお知らせ：",
        _TO_COUNTERPARTY
        + """\
契約書を開くための確認コードをお知らせします。

　確認コード　{code}

"""
        + _MATTER
        + """\
　有効な時間　このメールの送信から10分間

契約書の画面に、この数字を入力してください。一度だけ使えます。
10分を過ぎたときは、画面からもう一度お求めください。

お心当たりがないときは、何も入力せずに、次の担当部署へお知らせください。
$municipalityの職員が、この番号をお尋ねすることはありません。
"""
        + _ASK_CITY,
    ),
    Kind.YOUR_TURN: (
        "合意の手続をお願いします：",
        _TO_STAFF
        + """\
次の契約について、$authorityとしての合意の順番になりました。

"""
        + _MATTER
        + """\
　相手方　　$counterparty
　期限　　　$deadlineまで

サインインして契約書を確認し、合意の手続を行ってください。

$page
"""
        + _ASK_DESK,
    ),
    Kind.APPROVAL_REQUEST: (
        "承認をお願いします：",
        _TO_STAFF
        + """\
次の契約の承認をお願いします。

"""
        + _MATTER
        + """\
　相手方　　$counterparty
　起案者　　$by_name

サインインして内容を確認し、承認又は差戻しを行ってください。

$page
"""
        + _ASK_DESK,
    ),
    Kind.RETURNED: (
        "契約が差し戻されました：",
        _TO_STAFF
        + """\
次の契約が、$by_nameから差し戻されました。状態は「起案」です。

"""
        + _MATTER
        + """\

差戻しの理由
$reason

内容を直してから、もう一度承認を依頼してください。入力した内容は残っています。

$page
"""
        + _ASK_DESK,
    ),
    Kind.APPROVED: (
        "契約が承認されました：",
        _TO_STAFF
        + """\
次の契約が承認されました。相手方へ送信できます。

"""
        + _MATTER
        + """\
　相手方　　$counterparty

$page
"""
        + _ASK_DESK,
    ),
    Kind.DECLINED: (
        "相手方が契約を却下しました：",
        _TO_STAFF
        + """\
次の契約について、$by_nameから合意できないとの回答がありました。
この契約の手続は終了しました。契約書への署名は完了していません。

"""
        + _MATTER
        + """\

却下の理由
$reason

相手方と内容を調整し、必要なときは新しく起案してください。

$page
"""
        + _ASK_DESK,
    ),
    Kind.TURNED_DOWN: (
        "契約手続の終了のお知らせ：",
        _TO_COUNTERPARTY
        + """\
$municipality $departmentです。
次の契約について、$authorityとして合意しないことになりました。
手続は終わり、お送りしたリンクは使えなくなりました。

"""
        + _MATTER
        + """\

理由
$reason

この契約は締結されていません。お手続は要りません。
あらためて手続をお願いするときは、新しいメールをお送りします。
"""
        + _ASK_CITY,
    ),
    Kind.WITHDRAWN: (
        "契約手続の取下げのお知らせ：",
        _TO_COUNTERPARTY
        + """\
$municipality $departmentです。
次の契約の手続を取り下げました。お送りしたリンクは使えなくなりました。

"""
        + _MATTER
        + """\

この契約は締結されていません。お手続は要りません。
あらためて手続をお願いするときは、新しいメールをお送りします。
"""
        + _ASK_CITY,
    ),
    Kind.EXPIRED: (
        "合意の期限が過ぎました：",
        _TO_STAFF
        + """\
次の契約は、期限の $deadlineまでに合意がそろいませんでした。
この契約の手続は終了しました。契約は締結されていません。

"""
        + _MATTER
        + """\
　相手方　　$counterparty

手続を続けるときは、新しく起案してください。

$page
"""
        + _ASK_DESK,
    ),
    Kind.CONCLUDED: (
        "契約の締結が完了しました：",
        _TO_COUNTERPARTY
        + """\
次の契約の締結が完了しました。

"""
        + _MATTER
        + """\
　契約名義　$authority
　締結完了　$concluded

次のリンクから、契約書（PDF）と締結証明書（PDF）を保存してください。
$municipality が保管するものと同じ契約書です。
印刷した紙ではなく、このファイルが原本です。

{link}

リンクは $availableまで使えます。その後も、再交付を依頼できます。
"""
        + _ASK_CITY,
    ),
    Kind.CONCLUDED_STAFF: (
        "契約の締結が完了しました：",
        _TO_STAFF
        + """\
次の契約の締結が完了しました。署名とタイムスタンプを検証し、合格しました。

"""
        + _MATTER
        + """\
　相手方　　$counterparty
　締結完了　$concluded

契約書と締結証明書は、次の画面から保存できます。

$page
"""
        + _ASK_DESK,
    ),
}


def compose(kind: Kind, values: Mapping[str, str]) -> Wording:
    """The mail of one occasion; the subject begins with 【市町名】 and ends with the title 文面の作成.

    `values` are plain Japanese texts (days already in 和暦); `needs(kind)` names them, more do no harm. A reason of
    several lines is indented, so that nobody else's words look like ours; a title that says {link} does not become the
    link. Raises errors.ValueMissing.
    """
    opening, body = _TEXTS[kind]
    missing = sorted(needs(kind) - values.keys())
    if missing:
        raise errors.ValueMissing(missing[0])
    shown = {name: _PLACE.sub(r"｛\1｝", value) for name, value in values.items()} | {
        "reason": _quoted(values.get("reason", "")),
        "public_url": values.get("public_url", "").rstrip("/"),
    }
    return Wording(
        subject=f"【{values['municipality']}】{opening}{values['title']}", body=Template(body).substitute(shown)
    )


def needs(kind: Kind) -> frozenset[str]:
    """Names of the plain values that a mail of this kind needs 文面の項目."""
    return frozenset(Template(_TEXTS[kind][1]).get_identifiers()) | {"municipality", "title"}


def secrets_of(kind: Kind) -> frozenset[str]:
    """Names of the secrets for which a mail of this kind has a place 差し込む秘匿の値."""
    return frozenset(name for name in ("link", "code") if f"{{{name}}}" in _TEXTS[kind][1])


def _quoted(reason: str) -> str:
    return "\n".join(f"　｜{line}" for line in _PLACE.sub(r"｛\1｝", reason).splitlines())
