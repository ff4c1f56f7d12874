"""Visitors whom nobody has seen before, without loading all of Streamlit's scripts anew for each of them."""

import re
from typing import Any
from urllib.parse import urlsplit

from playwright.sync_api import Browser, BrowserContext, Page

from tests.helpers import PATIENCE

POLICY = "Content Security Policy"
# What is refused by an exception, as `eval` is, stands in no console by itself.
TELL_VIOLATIONS = f"""addEventListener("securitypolicyviolation", (event) =>
    console.error("{POLICY}", event.effectiveDirective, event.blockedURI, event.sourceFile))"""
STORED = "local_storage,indexeddb,cache_storage,service_workers"
WIDE = {"viewport": {"width": 1400, "height": 900}}


class Visitors:
    """Lends browser contexts to the visitors of a test, and takes them back emptied.

    A new context has an empty cache: each page fetches and compiles all scripts again, 1.3 s of CPU time. Here the
    cache stays and nothing else does, so whoever enters has never been on the site.

    Parameters
    ----------
    browser : Browser
    """

    def __init__(self, browser: Browser) -> None:
        self._browser = browser
        self._free: dict[str, list[BrowserContext]] = {}
        self._inside: list[tuple[str, BrowserContext]] = []
        self._refused: dict[BrowserContext, list[str]] = {}
        self._sites: dict[BrowserContext, set[str]] = {}

    def enter(self, **options: Any) -> Page:
        """An empty page of a new visitor, with options as `browser.new_context` takes them; 1400 by 900 by default."""
        options = WIDE | options
        kind = repr(sorted(options.items()))
        free = self._free.setdefault(kind, [])
        context = free.pop() if free else self._new_context(options)
        self._inside.append((kind, context))
        page = context.new_page()
        page.set_default_timeout(PATIENCE)
        tools = context.new_cdp_session(page)
        for site in self._sites[context]:
            tools.send("Storage.clearDataForOrigin", {"origin": site, "storageTypes": STORED})
        tools.detach()
        return page

    def leave(self) -> list[str]:
        """All visitors leave; returns what was wrong on their last pages, and what the security headers refused."""
        wrong = []
        for kind, context in self._inside:
            for page in context.pages:
                wrong += _failures(page)
                page.close()
            context.clear_cookies()
            context.clear_permissions()
            wrong += self._refused[context]
            self._refused[context].clear()
            self._free[kind].append(context)
        self._inside.clear()
        return wrong

    def _new_context(self, options: dict[str, Any]) -> BrowserContext:
        context = self._browser.new_context(**options)
        self._refused[context] = watch_policy(context)
        self._sites[context] = sites = set[str]()

        def note_site(page: Page) -> None:
            page.on("framenavigated", lambda frame: sites.update(_site(frame.url)))

        context.on("page", note_site)
        return context


def _site(url: str) -> list[str]:
    """What the browser keeps apart what it stores by; none for an empty page."""
    parts = urlsplit(url)
    return [f"{parts.scheme}://{parts.netloc}"] if parts.scheme == "http" else []


def _failures(page: Page) -> list[str]:
    shown = [page.get_by_text(re.compile("Traceback")), page.get_by_test_id("stException")]
    return [text for each in shown for text in each.all_inner_texts()]


def watch_policy(context: BrowserContext) -> list[str]:
    """What a browser says of the content security policy, in all pages and frames of a context; grows later."""
    said: list[str] = []
    context.add_init_script(TELL_VIOLATIONS)
    context.on("console", lambda message: said.append(message.text) if POLICY in message.text else None)
    return said
