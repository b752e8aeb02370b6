"""Debian's Chromium, once per test run: Playwright allows one event loop in a process 試験用のブラウザー."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from playwright.sync_api import Browser, sync_playwright

PROGRAM = Path(os.environ.get("WARIFU_TEST_CHROMIUM", "/usr/bin/chromium"))
FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--lang=ja",
]


@contextmanager
def launched() -> Iterator[Browser]:
    """A browser for the length of a `with` block; the test is skipped where there is none."""
    if not PROGRAM.is_file():
        pytest.skip("Debian's Chromium is not installed")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=PROGRAM, args=FLAGS)
        yield opened
        opened.close()
