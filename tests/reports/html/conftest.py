"""Reports in Chromium, opened from a folder."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.helpers import PATIENCE

TELL_VIOLATIONS = """addEventListener("securitypolicyviolation", (event) =>
    console.error("policy", event.effectiveDirective, event.blockedURI))"""
OpenReport = Callable[..., Page]


@pytest.fixture
def open_report(browser: Browser, tmp_path: Path) -> Iterator[OpenReport]:
    """Opens a report; fails if a script of it failed, or if anything was asked of a host."""
    contexts, problems = [], list[str]()

    def open_(
        report: bytes, *, width: int = 1400, height: int = 900, dark: bool = False, reads_for_axe: bool = False
    ) -> Page:
        path = tmp_path / "taken along.html"
        path.write_bytes(report)
        size = {"width": width, "height": height}
        scheme: Literal["dark", "light"] = "dark" if dark else "light"
        context = browser.new_context(
            viewport=size, color_scheme=scheme, offline=True, bypass_csp=reads_for_axe
        )  # axe is a script from outside, which the policy of a report refuses
        contexts.append(context)
        context.add_init_script(TELL_VIOLATIONS)
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        page.on("pageerror", lambda error: problems.append(str(error)))
        page.on("console", lambda said: problems.append(said.text) if said.type in ("error", "warning") else None)
        page.on(
            "request",
            lambda asked: problems.append(asked.url) if asked.url[:5] not in ("file:", "blob:", "data:") else None,
        )
        page.goto(path.as_uri())
        return page

    yield open_
    for context in contexts:
        context.close()
    assert problems == []
