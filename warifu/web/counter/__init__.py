"""事業者の画面: phone first, no account, no cost."""
