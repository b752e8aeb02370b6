"""Accessibility as axe-core sees it in a real browser アクセシビリティの検査."""

from typing import Any

from axe_playwright_python import sync_playwright as axe
from playwright.sync_api import Page


def axe_violations(page: Page) -> list[str]:
    """What axe finds on the page that is open now, as `rule (impact): where`; an empty list is a good page."""
    violations: list[dict[str, Any]] = axe.Axe().run(page).response["violations"]
    return [
        f"{violation['id']} ({violation['impact']}): {' '.join(map(str, node['target']))}"
        for violation in violations
        for node in violation["nodes"]
    ]
