"""Messages that must leave: written down with the deed, delivered after it 通知."""
