"""Pages about identity providers, as the ledger calls them 職員認証の画面の語."""

PAGES = {
    "office:providers": "職員認証",
    "office:provider": "職員認証の設定",
    "office:provider_new": "職員認証の登録",
    "office:provider_change": "職員認証の変更",
    "office:provider_test": "職員認証の試験",
    "office:provider_tested": "職員認証の試験の結果",
    "office:provider_switch": "職員認証の切替えの確認",
    "office:provider_only": "サインインの方法の切替え",
    "office:waiting": "登録待ちの職員",
    "office:waiting_decide": "登録待ちの職員の登録",
    "office:tokens": "連携用トークン",
    "office:token_revoke": "連携用トークンの無効化",
}
