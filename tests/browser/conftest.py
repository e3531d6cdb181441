"""A real browser: Debian's Chromium, driven by Playwright; without one these tests are skipped, and say so."""

import shutil
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, expect, sync_playwright

from tests.conftest import CHECKOUT

BUNDLE = CHECKOUT / "server" / "deepgenealogy" / "web" / "static" / "bundle" / "manifest.json"
_OPTIONS = ["--no-sandbox", "--disable-gpu", "--disable-quic"]

# Time enough for a busy machine; what comes at once is waited for no longer.
expect.set_options(timeout=60_000)
_LAUNCH_MS, _PAGE_MS = 180_000, 120_000

#: Opens an address of the server (`/?pick=resnet`) on a fresh page, with options of the browser's context.
Open = Callable[..., Page]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium, without a window."""
    path = shutil.which("chromium")
    if path is None:
        pytest.skip("there is no chromium on PATH: apt-get install chromium")
    if not BUNDLE.exists():
        pytest.skip("the pages' scripts are not built: make frontend")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=_OPTIONS, timeout=_LAUNCH_MS)
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def contexts(browser: Browser) -> Iterator[Callable[..., BrowserContext]]:
    """Contexts of the browser by their options, each made once: pages of the same options share what is cached."""
    made: dict[str, BrowserContext] = {}

    def context(**options: Any) -> BrowserContext:
        key = repr(sorted(options.items()))
        if key not in made:
            made[key] = browser.new_context(**options)
        return made[key]

    yield context
    for one in made.values():
        one.close()


@pytest.fixture
def visit(contexts: Callable[..., BrowserContext], served: str) -> Iterator[Open]:
    """Opens pages; when the test is over, none of them may have complained on the console or asked another host.

    The browser notes on the console what the server refuses: a test names the statuses that it expects by `refused`,
    and words of a warning that may come by `warned`.
    """
    complaints: list[str] = []
    pages: list[Page] = []

    def heard(message: ConsoleMessage, refused: tuple[int, ...], warned: str) -> None:
        is_known = any(f"status of {status}" in message.text for status in refused)
        is_known |= message.type == "warning" and bool(warned) and warned in message.text
        if message.type in ("error", "warning") and not is_known:
            complaints.append(message.text)

    def opened(path: str, *, refused: tuple[int, ...] = (), warned: str = "", **options: Any) -> Page:
        page = contexts(**{"viewport": {"width": 1400, "height": 900}, "locale": "en-US", **options}).new_page()
        pages.append(page)
        page.set_default_timeout(_PAGE_MS)
        page.on("console", lambda message: heard(message, refused, warned))
        page.on("pageerror", lambda error: complaints.append(str(error)))
        page.on("request", lambda asked: complaints.append(asked.url) if _is_elsewhere(asked.url, served) else None)
        page.goto(served + path)
        return page

    yield opened
    for page in pages:
        page.close()
    assert complaints == []


def _is_elsewhere(address: str, served: str) -> bool:
    return not address.startswith((served, "data:", "blob:"))


#: Of lists with many alike rows these are looked at.
_LIKE_THE_FIRST = {
    "exclude": [
        [".map-list section:nth-child(n+2)"],
        [".map-list li:nth-child(n+3)"],
        [".list tbody tr:nth-child(n+4)"],
        [".term:nth-of-type(n+8)"],
    ]
}

#: The one rule that the colours of a page decide.
CONTRAST = {"runOnly": {"type": "rule", "values": ["color-contrast"]}}


def serious(page: Page, options: dict[str, Any] | None = None) -> list[str]:
    """What axe-core finds on a page that is serious or critical: the rule and the first element."""
    found = Axe().run(page, context=_LIKE_THE_FIRST, options=options).response["violations"]
    return [
        f"{row['id']}: {row['nodes'][0]['html'][:120]}" for row in found if row["impact"] in ("serious", "critical")
    ]
