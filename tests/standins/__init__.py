"""Small real servers that stand in for outside parties and can misbehave 代役サーバー."""
