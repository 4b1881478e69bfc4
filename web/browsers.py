"""Which browser on which system a request says it came from, in words people know."""

BROWSERS = (  # the first that is named: most of them name others besides
    ("coc_coc_browser/", "Cốc Cốc"),
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("SamsungBrowser/", "Samsung Internet"),
    ("Firefox/", "Firefox"),
    ("FxiOS/", "Firefox"),
    ("CriOS/", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("Android", "Android"),
    ("iPhone", "iPhone"),
    ("iPad", "iPad"),
    ("Windows", "Windows"),
    ("Mac OS X", "Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
LONGEST = 60  # characters of an agent we know nothing of


def browser(agent: str) -> str:
    """“Chrome, Windows”; what it says itself where we know neither, "" where it says nothing."""
    found = [next((name for mark, name in known if mark in agent), None) for known in (BROWSERS, SYSTEMS)]
    return ", ".join(name for name in found if name) or agent[:LONGEST]
