"""A Warifu started as a newcomer starts it, and a browser that looks at it."""

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
from playwright.sync_api import Browser, BrowserContext, Page

from tests.house import axe

ROOT = Path(__file__).resolve().parents[2]
CORPUS = Path(os.environ.get("WARIFU_CORPUS", ROOT.parent / "shared" / "corpora")) / "japanese"
PICTURES = Path(os.environ.get("WARIFU_PICTURES", ROOT / ".run" / "pictures"))


@dataclass
class World:
    """A running Warifu and how to sign in."""

    address: str
    password: str
    data: Path
    process: subprocess.Popen[str]


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture(scope="session")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    data = tmp_path_factory.mktemp("journey") / "data"
    port = free_port()
    environment = {name: value for name, value in os.environ.items() if not name.startswith("WARIFU_")}
    database = os.environ.get("WARIFU_JOURNEY_DATABASE_URL")
    if database:
        environment["WARIFU_DATABASE_URL"] = database
    process = subprocess.Popen(
        [sys.executable, "-m", "warifu", "up", "--data", str(data), "--port", str(port)],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    assert process.stdout is not None
    told = []
    for line in process.stdout:
        told.append(line)
        if "Ctrl-C" in line:
            break
    text = "".join(told)
    found = re.search(r"パスワード\s+(\S+)", text)
    assert found, text
    try:
        yield World(f"http://127.0.0.1:{port}", found[1], data, process)
    finally:
        process.send_signal(signal.SIGINT)
        assert process.wait(timeout=30) == 0


class Visitor:
    """One person with a window of their own; every page they see passes the house check."""

    def __init__(self, context: BrowserContext, world: World, name: str) -> None:
        self.context, self.world, self.name = context, world, name
        self.page: Page = context.new_page()
        self.problems: list[str] = []
        self.page.on("console", self._heard)
        self.page.on("pageerror", lambda error: self.problems.append(f"script: {error}"))

    def _heard(self, message: object) -> None:
        kind, text = getattr(message, "type", ""), getattr(message, "text", "")
        # A refused form answers 4xx, which the browser reports as an error of its own; CSP reports are ours.
        if kind == "error" and "Failed to load resource" not in text:
            self.problems.append(f"console: {text}")

    def leave(self) -> None:
        """Keep the last thing seen, for whoever has to find out why a journey failed."""
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"last-{self.name}.png", full_page=True)
        self.context.close()

    def open(self, path: str) -> None:
        self.page.goto(path if path.startswith("http") else f"{self.world.address}{path}")

    def look(self, name: str, *, whole: bool = True) -> None:
        """Take the picture of this step, and hold the page against axe and the width of the window.

        `whole` is the page from top to end; without it, what the window shows (for pages with a dock at their foot).
        """
        PICTURES.mkdir(parents=True, exist_ok=True)
        self.page.screenshot(path=PICTURES / f"{name}.png", full_page=whole)
        found = axe.axe_violations(self.page)
        assert not found, f"{name}: {found}"
        wide = self.page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
        assert wide <= 0, f"{name}: the page scrolls sideways by {wide}px"
        assert not self.problems, f"{name}: {self.problems}"

    def sign_in(self, mail: str) -> None:
        self.open("/signin/")
        self.page.get_by_label("メールアドレス").fill(mail)
        self.page.get_by_label("パスワード").fill(self.world.password)
        self.press("サインインする")
        self.page.get_by_role("heading", level=1).get_by_text("契約案件の状況").wait_for()

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name, exact=True).click()

    def shows(self, text: str) -> bool:
        return self.page.get_by_text(text).first.is_visible()

    def wait_for(self, text: str, *, seconds: float = 30) -> None:
        """Reload until the page says so: the work is done by another process."""
        limit = time.monotonic() + seconds
        while not self.page.get_by_text(text).first.is_visible():
            assert time.monotonic() < limit, f"{text!r} did not come; the page says {self.page.inner_text('main')!r}"
            time.sleep(0.3)
            self.page.reload()


def _visitor(browser: Browser, world: World, name: str, *, width: int, height: int, phone: bool) -> Visitor:
    context = browser.new_context(
        viewport={"width": width, "height": height}, locale="ja-JP", timezone_id="Asia/Tokyo", has_touch=phone
    )
    context.set_default_timeout(60_000)
    return Visitor(context, world, name)


@pytest.fixture
def desk(browser: Browser, world: World) -> Iterator[Visitor]:
    """A window on an officer's PC."""
    visitor = _visitor(browser, world, "desk", width=1366, height=900, phone=False)
    yield visitor
    visitor.leave()


@pytest.fixture
def other_desk(browser: Browser, world: World) -> Iterator[Visitor]:
    """A second person's PC."""
    visitor = _visitor(browser, world, "other-desk", width=1366, height=900, phone=False)
    yield visitor
    visitor.leave()


@pytest.fixture
def phone(browser: Browser, world: World) -> Iterator[Visitor]:
    """A contractor's telephone."""
    visitor = _visitor(browser, world, "phone", width=390, height=844, phone=True)
    yield visitor
    visitor.leave()
