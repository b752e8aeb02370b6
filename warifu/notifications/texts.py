"""Texts of the mails, as data 通知の文面.

`$name` stands for a plain value, {link} and {code} for secrets that only `delivery` puts in. A URL has a line of its
own. Every mail says who sends it, why, what to do next and whom to ask.
"""

from enum import StrEnum


class Kind(StrEnum):
    """The occasions on which a mail is written 通知の種類."""

    CONSENT_REQUEST = "consent_request"
    ACCESS_CODE = "access_code"
    YOUR_TURN = "your_turn"
    APPROVAL_REQUEST = "approval_request"
    RETURNED = "returned"
    APPROVED = "approved"
    DECLINED = "declined"
    DECLINED_HERE = "declined_here"
    TURNED_DOWN = "turned_down"
    WITHDRAWN = "withdrawn"
    EXPIRED = "expired"
    EXPIRED_OUTSIDE = "expired_outside"
    LINK_AGAIN = "link_again"
    CONCLUDED = "concluded"
    CONCLUDED_STAFF = "concluded_staff"


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

TEXTS: dict[Kind, tuple[str, str]] = {
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
    Kind.DECLINED_HERE: (
        "契約が却下されました：",
        _TO_STAFF
        + """\
次の契約は、$by_name（$authority）として合意しないことになりました。
この契約の手続は終了しました。契約は締結されていません。

"""
        + _MATTER
        + """\
　相手方　　$counterparty

却下の理由
$reason

$told
手続を続けるときは、理由を確かめ、新しく起案してください。

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
    Kind.EXPIRED_OUTSIDE: (
        "合意の期限が過ぎました：",
        _TO_COUNTERPARTY
        + """\
$municipality $departmentです。
次の契約は、期限の $deadlineまでに合意がそろいませんでした。
手続は終わり、お送りしたリンクは使えなくなりました。

"""
        + _MATTER
        + """\
　契約名義　$authority

この契約は締結されていません。お手続は要りません。
あらためて手続をお願いするときは、新しいメールをお送りします。
"""
        + _ASK_CITY,
    ),
    Kind.LINK_AGAIN: (
        "現在の状況を確かめるリンク：",
        _TO_COUNTERPARTY
        + """\
$municipality $departmentです。
次の契約の、現在の状況を確かめるリンクをお送りします。

"""
        + _MATTER
        + """\
　契約名義　$authority

合意は、すでに受け付けています。もう一度合意する必要はありません。

{link}

前にお送りしたリンクは使えなくなりました。
このリンクは、宛先のご本人だけのものです。ほかの方へ転送しないでください。
ご本人の確認のため、確認コードの入力をお願いすることがあります。
締結が完了しましたら、契約書を保存するリンクをメールでお送りします。
"""
        + _ASK_CITY,
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

OUTSIDE = frozenset(kind for kind, (_, body) in TEXTS.items() if body.startswith(_TO_COUNTERPARTY))
"""Kinds of mail that go to a counterparty 相手方への通知."""
