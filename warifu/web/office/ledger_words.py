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


def _of(kind: Kind, **sentences: str) -> dict[str, Word]:
    return {name.replace("__", "."): Word(kind, sentence) for name, sentence in sentences.items()}


WORDS: dict[str, Word] = (
    _of(
        Kind.VIEW,
        web__view="画面を閲覧しました",
        agreements__view="契約書を開きました（相手方）",
    )
    | _of(
        Kind.TAKE,
        web__download="文書を取得しました",
        web__export="一覧を出力しました",
        archive__hand_out_evidence="証拠一式を保存しました",
    )
    | _of(
        Kind.REFUSED,
        web__refuse="操作が断られました",
        access__refuse="サインインが断られました",
        access__code_refused="確認コードが違いました",
    )
    | _of(
        Kind.SIGN_IN,
        access__sign_in="サインインしました",
        access__prove="本人であることを改めて確認しました",
        access__end_session="サインアウトしました",
        access__end_sessions="ほかの端末のサインインを終了しました",
        access__code_sent="確認コードを送りました",
        access__code_accepted="確認コードで本人を確認しました",
    )
    | _of(
        Kind.DRAFTING,
        agreements__draft="契約を起案しました",
        agreements__describe="契約の内容を入力しました",
        agreements__choose_parties="相手方と承認者を選びました",
        agreements__add_document="契約書を登録しました",
        agreements__remove_document="契約書を外しました",
        agreements__refuse_upload="使用できないファイルを受け付けませんでした",
        agreements__drop_refused_upload="使用できないファイルを契約から外しました",
        agreements__place_seals="署名の表示位置を決めました",
        agreements__submit="承認を依頼しました",
        agreements__approve="承認しました",
        agreements__return="起案に差し戻しました",
        agreements__send="相手方へ送信しました",
        agreements__reissue_link="相手方へメールを送り直しました",
        agreements__withdraw="取り下げました",
        agreements__expire="同意の期限が切れました",
    )
    | _of(
        Kind.CONSENT,
        agreements__consent="契約に合意しました",
        agreements__decline="契約を却下しました",
        agreements__seal_consent="合意の署名とタイムスタンプを付けました",
        agreements__seal_archive="長期署名（保存用タイムスタンプ）を付けました",
        agreements__conclude="契約の締結が完了しました",
    )
    | _of(
        Kind.KEEPING,
        archive__accession="締結した契約を保管しました",
        archive__ask_validation="一括検証を依頼しました",
        archive__validate_period="一括検証が終わりました",
        archive__renew="長期署名を延長しました",
        archive__renewal_refused="長期署名を延長できませんでした",
    )
    | _of(
        Kind.SETTINGS,
        directory__plant="試験用の団体を登録しました",
        directory__register_counterparty="取引先を登録しました",
        directory__choose_seal_style="署名の表示の初期値を変更しました",
    )
    | _of(
        Kind.MAIL,
        notifications__deliver="メールを送りました",
        notifications__fail="メールを届けられませんでした",
    )
)


def word_of(action: str) -> Word:
    """The words of an act; of one that this version does not know, its name 操作の語."""
    return WORDS.get(action) or Word(Kind.SETTINGS, f"{action}（この版にない種類の操作です）")


def actions_of(kinds: list[str]) -> tuple[str, ...]:
    """Every act of these kinds 種類に属する操作."""
    return tuple(sorted(action for action, word in WORDS.items() if word.kind in kinds))


PAGES = {
    "desk:home": "契約案件の状況",
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
    "office:ledger": "操作ログ",
    "office:ledger_line": "操作ログの一件",
    "office:ledger_sheet": "操作ログのCSV",
    "office:ledger_export": "操作ログの書出し",
    "office:ledger_lines": "操作ログの書出し（全件）",
    "office:anomalies": "注意が必要な利用",
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
    "name": "名称",
    "corporate_number": "法人番号",
    "address": "所在地",
    "signatory_title": "契約権限者の役職",
    "signatory_name": "契約権限者の氏名",
    "mail": "メールアドレス",
    "seal_style": "署名の表示",
    "style": "署名の表示",
    "new": "新規",
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
