"""What a browser calls itself, in words that its owner recognises 端末の呼び名."""

# In this order: later names of a line claim to be the earlier ones too.
_BROWSERS = (("Edg", "Edge"), ("OPR/", "Opera"), ("Firefox/", "Firefox"), ("Chrome/", "Chrome"), ("Safari/", "Safari"))
_SYSTEMS = (
    ("Windows", "Windows"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Android", "Android"),
    ("Mac OS X", "Mac"),
    ("CrOS", "Chromebook"),
    ("Linux", "Linux"),
)


def spoken(agent: str) -> str:
    """Chrome（Windows） for a long User-Agent header; never more than can be told from it 端末の呼び名."""
    browser = next((name for mark, name in _BROWSERS if mark in agent), "ブラウザ")
    system = next((name for mark, name in _SYSTEMS if mark in agent), "")
    return f"{browser}（{system}）" if system else browser
