"""Texts of the mails about accounts, as data アカウントの通知の文面.

As in `texts`: `$name` is a plain value, {link} a secret that only `delivery` puts in, on a line of its own.
"""

from enum import StrEnum


class AccountKind(StrEnum):
    """The occasions on which somebody hears of their own account アカウントの通知の種類."""

    INVITED = "account_invited"
    RESET = "account_reset"
    CHANGED = "account_changed"
    CONFIRM_MAIL = "account_confirm_mail"
    STAFF_JOINED = "staff_joined"
    PROVIDER_ENDING = "provider_ending"
    MOVED = "account_moved"
    NETWORKS = "networks_released"
    ROLE = "role_changed"


_ASK_DESK = """
――――――――――――――――――――
このメールは、電子契約サービス「割符」が自動で送信しています。返信にはお答えできません。
お問合せ　ヘルプデスク　電話 $helpdesk
"""

TEXTS: dict[AccountKind, tuple[str, str]] = {
    AccountKind.INVITED: (
        "電子契約サービスの利用開始のご案内",
        """\
$name 様

$serviceで電子契約サービス「割符」を利用するためのアカウントを用意しました。
次のリンクから、パスワードを設定してください。

{link}

リンクは、$untilまで、一度だけ使えます。
期限を過ぎたときは、所属の管理者に再発行を依頼してください。
お心当たりがないときは、何もせずに、次の連絡先へお知らせください。
"""
        + _ASK_DESK,
    ),
    AccountKind.RESET: (
        "パスワードの再設定のご案内",
        """\
$name 様

パスワードの再設定の依頼を受け付けました。
次のリンクから、新しいパスワードを設定してください。

{link}

リンクは、$untilまで、一度だけ使えます。新しい依頼をすると、前のリンクは使えなくなります。
設定が済むまで、今のパスワードはそのまま使えます。
依頼した覚えがないときは、このメールのリンクを使わないでください。操作は要りません。
"""
        + _ASK_DESK,
    ),
    AccountKind.CONFIRM_MAIL: (
        "新しいメールアドレスの確認のお願い",
        """\
$name 様

このメールアドレスを、電子契約サービス「割符」のサインインに使う申込みがありました。
次のリンクを開き、画面の「このアドレスに変更する」を選ぶと、変更します。

{link}

リンクは、$untilまで、一度だけ使えます。変更が済むまでは、今のメールアドレスをお使いください。
申し込んだ覚えがないときは、リンクを開かないでください。何も変わりません。
"""
        + _ASK_DESK,
    ),
    AccountKind.CHANGED: (
        "サインインの方法の変更のお知らせ",
        """\
$name 様

あなたのアカウントについて、次の操作がありました。

　操作　$what
　日時　$moment

ご自身又は所属の管理者による操作であれば、何もする必要はありません。
お心当たりがないときは、すぐに所属の管理者か、次の連絡先へお知らせください。
"""
        + _ASK_DESK,
    ),
    AccountKind.MOVED: (
        "電子契約サービスの所属の変更のお知らせ",
        """\
$name 様

$day付けの人事異動により、電子契約サービス「割符」の所属を次のとおり変更しました。

　所属　$place

前の所属で担当していた契約は、引継ぎ先の職員が担当します。
サインインの方法は変わりません。操作は要りません。
"""
        + _ASK_DESK,
    ),
    AccountKind.NETWORKS: (
        "接続元の制限の緊急解除のお知らせ",
        """\
$name 様

サービスの運用者が、$serviceの接続元の制限を解除しました。

　理由　$reason
　日時　$moment

接続元の一覧は残っています。「接続元の制限」の画面で内容を直し、もう一度制限を有効にしてください。
お心当たりがないときは、すぐに次の連絡先へお知らせください。
"""
        + _ASK_DESK,
    ),
    AccountKind.ROLE: (
        "職員の役割の変更のお知らせ",
        """\
$name 様

$serviceの電子契約サービス「割符」で、職員の役割の変更がありました。
ご本人と、全体管理者の皆様へお知らせしています。

　対象の職員　$whose
　変更　　　　$what
　役割　　　　$role
　範囲　　　　$reach
　期間　　　　$days
　行った職員　$by
　日時　　　　$moment

お心当たりがないときは、すぐにほかの全体管理者か、次の連絡先へお知らせください。
"""
        + _ASK_DESK,
    ),
    AccountKind.PROVIDER_ENDING: (
        "職員認証の期限のお知らせ",
        """\
$name 様

職員認証「$provider」で、次のものが期限を$happens。

　対象　$what
　期限　$end

期限を過ぎると、職員認証でのサインインができなくなります。
認証基盤の管理者と新しいものを用意し、次の画面で設定を変更してください。
$place
"""
        + _ASK_DESK,
    ),
    AccountKind.STAFF_JOINED: (
        "職員認証による職員の登録のお知らせ",
        """\
$name 様

職員認証「$provider」でのサインインにより、次のことがありました。

　内容　$what
　日時　$moment

役割は付与していません。必要なときは、割符の「団体の管理」から付与してください。
お心当たりがないときは、認証基盤の管理者に確かめ、アカウントを停止してください。
"""
        + _ASK_DESK,
    ),
}
