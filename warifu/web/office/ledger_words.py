"""Each act of the ledger in words that a person of a city hall reads; a house test misses none 操作の語."""

from dataclasses import dataclass

from django.db.models import TextChoices


class Kind(TextChoices):
    """What somebody looks for in the ledger 操作の種類."""

    VIEW = "view", "閲覧"
    TAKE = "take", "文書の取得・出力"
    REFUSED = "refused", "断られた操作"
    SIGN_IN = "sign_in", "サインイン"
    DRAFTING = "drafting", "起案・承認・送信"
    CONSENT = "consent", "合意・署名・締結"
    KEEPING = "keeping", "保管・検証・延長"
    SETTINGS = "settings", "団体・組織・権限の設定"
    MAIL = "mail", "通知メール"
    LEDGER = "ledger", "操作ログの確認"


@dataclass(frozen=True)
class Word:
    """One kind of act 操作の語."""

    kind: Kind
    sentence: str


SENTENCES: dict[Kind, dict[str, str]] = {
    Kind.VIEW: {
        "web.view": "画面を閲覧しました",
        "agreements.view": "契約書を開きました（相手方）",
    },
    Kind.TAKE: {
        "web.download": "文書を取得しました",
        "web.export": "一覧を出力しました",
        "archive.hand_out_evidence": "証拠一式を保存しました",
    },
    Kind.REFUSED: {
        "web.refuse": "操作が断られました",
        "access.refuse": "サインインが断られました",
        "access.code_refused": "確認コードが違いました",
    },
    Kind.SIGN_IN: {
        "access.sign_in": "サインインしました",
        "access.prove": "本人であることを改めて確認しました",
        "access.end_session": "サインアウトしました",
        "access.end_sessions": "ほかの端末のサインインを終了しました",
        "access.ask_reset": "パスワードの再設定を申し込みました",
        "access.set_password": "パスワードを設定しました",
        "access.change_password": "パスワードを変更しました",
        "access.add_authenticator": "認証アプリを登録しました",
        "access.remove_authenticator": "認証アプリを削除しました",
        "access.add_passkey": "パスキーを登録しました",
        "access.remove_passkey": "パスキーを削除しました",
        "access.make_recovery_codes": "リカバリーコードを発行しました",
        "access.code_sent": "確認コードを送りました",
        "access.code_accepted": "確認コードで本人を確認しました",
    },
    Kind.DRAFTING: {
        "agreements.draft": "契約を起案しました",
        "agreements.describe": "契約の内容を入力しました",
        "agreements.choose_parties": "相手方と承認者を選びました",
        "agreements.add_document": "契約書を登録しました",
        "agreements.remove_document": "契約書を外しました",
        "agreements.refuse_upload": "使用できないファイルを受け付けませんでした",
        "agreements.drop_refused_upload": "使用できないファイルを契約から外しました",
        "agreements.place_seals": "署名の表示位置を決めました",
        "agreements.submit": "承認を依頼しました",
        "agreements.approve": "承認しました",
        "agreements.return": "起案に差し戻しました",
        "agreements.send": "相手方へ送信しました",
        "agreements.reissue_link": "相手方へメールを送り直しました",
        "agreements.hand_over": "担当又は承認者を引き継ぎました",
        "agreements.withdraw": "取り下げました",
        "agreements.expire": "同意の期限が切れました",
    },
    Kind.CONSENT: {
        "agreements.consent": "契約に合意しました",
        "agreements.decline": "契約を却下しました",
        "agreements.seal_consent": "合意の署名とタイムスタンプを付けました",
        "agreements.seal_archive": "長期署名（保存用タイムスタンプ）を付けました",
        "agreements.conclude": "契約の締結が完了しました",
    },
    Kind.KEEPING: {
        "audit.confirm_anomaly": "注意が必要な利用を確認しました",
        "audit.set_rules": "注意の基準を変更しました",
        "audit.make_root": "全団体の操作ログに日次の証明を付けました",
        "archive.accession": "締結した契約を保管しました",
        "archive.ask_validation": "一括検証を依頼しました",
        "archive.validate_period": "一括検証が終わりました",
        "archive.renew": "長期署名を延長しました",
        "archive.renewal_refused": "長期署名を延長できませんでした",
    },
    Kind.SETTINGS: {
        "access.set_rules": "サインインの規則を変更しました",
        "access.open_account": "アカウントを開設しました",
        "access.open_operator_account": "運用者のアカウントを開設しました",
        "access.demand_new_password": "次のサインインで新しいパスワードを求めることにしました",
        "access.release": "サインインの一時停止を解除しました",
        "access.clear_factors": "二つ目の確認の方法を取り消しました",
        "access.close_account": "アカウントを停止しました",
        "access.reopen_account": "アカウントの停止を解除しました",
        "access.change_mail": "アカウントのメールアドレスを変更しました",
        "directory.plant": "試験用の団体を登録しました",
        "directory.add_department": "部署を追加しました",
        "directory.describe_department": "部署の情報を変更しました",
        "directory.change_department": "部署の名称又は位置を変更しました",
        "directory.end_department": "部署の廃止を登録しました",
        "directory.cancel_change": "部署の変更の予定を取り消しました",
        "directory.take_over": "後継の部署が引き継ぎました",
        "directory.add_person": "職員を登録しました",
        "directory.change_person": "職員の登録を変更しました",
        "directory.begin_post": "所属を登録しました",
        "directory.end_post": "兼務の終了を登録しました",
        "directory.leave": "退職を登録しました",
        "directory.come_back": "復職を登録しました",
        "directory.save_group": "グループを保存しました",
        "directory.change_members": "グループの構成員を変更しました",
        "directory.remove_group": "グループを削除しました",
        "directory.register_counterparty": "取引先を登録しました",
        "integrations.hand_in": "取り込むCSVファイルを選びました",
        "integrations.confirm": "CSVの取込みを決めました",
        "integrations.finish": "CSVの取込みが終わりました",
        "integrations.discard": "CSVを取り込まずに終えました",
        "directory.choose_seal_style": "署名の表示の初期値を変更しました",
    },
    Kind.MAIL: {
        "notifications.deliver": "メールを送りました",
        "notifications.fail": "メールを届けられませんでした",
    },
}
WORDS = {
    action: Word(kind, sentence) for kind, sentences in SENTENCES.items() for action, sentence in sentences.items()
}


def word_of(action: str) -> Word:
    """The words of an act; of one that this version does not know, its name 操作の語."""
    return WORDS.get(action) or Word(Kind.SETTINGS, f"{action}（この版にない種類の操作です）")


def actions_of(kinds: list[str]) -> tuple[str, ...]:
    """Every act of these kinds 種類に属する操作."""
    return tuple(sorted(action for action, word in WORDS.items() if word.kind in kinds))


PAGES = {
    "office:import_new": "CSVを選ぶ画面",
    "office:firms_import_new": "CSVを選ぶ画面（取引先）",
    "office:imports": "CSVの取込みと書出し",
    "office:import": "CSVの取込みの内容",
    "office:firms_import": "CSVの取込みの内容（取引先）",
    "office:import_decide": "CSVの取込みの決定",
    "office:firms_import_decide": "CSVの取込みの決定（取引先）",
    "office:import_result": "CSVの取込みの結果",
    "office:firms_import_result": "CSVの取込みの結果（取引先）",
    "office:export": "登録簿のCSV",
    "office:firms_export": "登録簿のCSV（取引先）",
    "desk:home": "契約案件の状況",
    "desk:me": "私の権限",
    "desk:agreement": "契約案件",
    "desk:contents": "契約の内容",
    "desk:files": "契約書の登録",
    "desk:parties": "相手方と順序",
    "desk:seals": "署名の表示位置",
    "desk:confirm": "内容の確認",
    "desk:approve": "承認",
    "desk:consent": "合意",
    "desk:approvals": "承認待ちの一覧",
    "desk:consents": "合意待ちの一覧",
    "desk:records": "締結済みの契約の検索",
    "desk:record": "締結済みの契約",
    "desk:record_validation": "文書の検証",
    "desk:expiring": "有効性期限",
    "desk:periods": "一括検証",
    "desk:period": "一括検証の結果",
    "desk:period_sheet": "一括検証の結果のCSV",
    "desk:document": "契約書",
    "desk:bare_document": "契約書（署名の表示位置）",
    "desk:record_file": "締結済みの文書",
    "desk:municipality": "団体の設定",
    "desk:counterparties": "取引先の一覧",
    "desk:counterparty": "取引先",
    "desk:counterparty_new": "取引先の登録",
    "counter:landing": "相手方の画面（入口）",
    "counter:read": "相手方の画面（内容の確認）",
    "counter:decline": "相手方の画面（却下）",
    "counter:consent": "相手方の画面（合意）",
    "counter:state": "相手方の画面（状況）",
    "counter:document": "相手方の画面（契約書）",
    "counter:file": "相手方の画面（締結済みの文書）",
    "office:accounts": "アカウントの一覧",
    "office:account": "職員のアカウント",
    "office:account_deed": "アカウントの操作の確認",
    "office:sign_in_rules": "サインインの設定",
    "office:people": "職員の一覧",
    "office:person": "職員",
    "office:person_new": "職員の登録",
    "office:person_change": "職員の登録の変更",
    "office:person_post": "所属の登録",
    "office:person_post_end": "兼務の終了",
    "office:person_leave": "退職の登録",
    "office:person_back": "復職の登録",
    "office:groups": "グループの一覧",
    "office:group": "グループ",
    "office:group_new": "グループの登録",
    "office:group_change": "グループの変更",
    "office:group_drop": "グループの構成員の除外",
    "office:group_remove": "グループの削除",
    "desk:post": "所属の選択",
    "office:departments": "部署の一覧",
    "office:department": "部署",
    "office:department_new": "部署の追加",
    "office:department_change": "部署の変更",
    "office:department_end": "部署の廃止",
    "office:department_cancel": "部署の予定の取消し",
    "office:ledger": "操作ログ",
    "office:ledger_line": "操作ログの一件",
    "office:ledger_sheet": "操作ログのCSV",
    "office:ledger_export": "操作ログの書出し",
    "office:ledger_roots": "日次の証明の書出し",
    "office:ledger_lines": "操作ログの書出し（全件）",
    "office:anomalies": "注意が必要な利用",
    "office:anomaly": "注意が必要な利用の確認",
    "office:anomaly_rules": "注意の基準",
}
MEMBERS = {
    "title": "件名",
    "number": "契約番号",
    "kind": "文書の種類",
    "amount": "金額（税込）",
    "no_total": "総額を定めない契約",
    "contract_on": "契約日",
    "term_from": "契約期間（から）",
    "term_to": "契約期間（まで）",
    "decision_number": "決裁番号",
    "authority": "契約名義",
    "counterparty": "相手方",
    "approver": "承認者",
    "counterparty_first": "事業者が先に合意する",
    "person": "職員",
    "officer": "担当者",
    "is_main": "本務",
    "left_on": "退職日",
    "posts": "終了した所属",
    "added": "加えた職員",
    "removed": "外した職員",
    "members": "構成員",
    "note": "説明",
    "path": "上位からの名称",
    "code": "コード",
    "phone": "電話番号",
    "position": "表示順",
    "begins_on": "始まりの日",
    "ends_on": "最終日",
    "starts_on": "変更日",
    "successor": "後継",
    "people": "人数",
    "name": "名称",
    "corporate_number": "法人番号",
    "address": "所在地",
    "signatory_title": "契約権限者の役職",
    "signatory_name": "契約権限者の氏名",
    "mail": "メールアドレス",
    "seal_style": "署名の表示",
    "style": "署名の表示",
    "new": "新規",
    "mass": "短い時間に多くの文書を取得",
    "off_hours": "夜間又は閉庁日の利用",
    "refusals": "断られた操作の多発",
    "closed": "停止した利用者でのサインインの試み",
    "network": "初めての接続元からのサインイン",
    "export": "一覧や操作ログの出力の多発",
    "reason": "理由",
    "page": "画面",
    "status": "応答",
    "conditions": "検索の条件",
    "method": "送信の方法",
    "document": "文書",
    "document_id": "文書",
    "file_id": "ファイル",
    "party": "当事者",
    "party_id": "当事者",
    "digest": "ハッシュ値（SHA-256）",
    "digests": "ハッシュ値（SHA-256）",
    "origin": "元の契約案件",
    "copy": "写しの種類",
    "count": "件数",
    "lines": "件数",
    "department": "部署",
    "role": "役割",
    "staff": "職員",
}


def member_of(name: str) -> str:
    """What a fact is called; an unknown one keeps the name of its column 項目の名前."""
    return MEMBERS.get(name, name)
