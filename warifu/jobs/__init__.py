"""The clock or the queue knocks: each task is one call into a room 処理の実行."""
