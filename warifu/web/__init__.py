"""Someone knocks 画面."""
