"""How the map does in a real browser: the real graph, and 1,000 and 5,000 generated architectures.

Run it by `make bench-map`, or as `python -m tests.benchmarks.browser [--sizes 0 1000 5000] [--rounds 5]`; size 0 is the
real graph. It prints two Markdown tables, and fails when the map's page is larger than it may be.

Each round opens the map in a browser that holds nothing, and measures: first contentful paint (header and controls),
first meaningful paint (all methods that are shown at first, with their names), when links are drawn too, the longest
task of the main thread until then, and frames per second while the map is dragged about for two seconds. Each figure is
a median, with the least and the most. The first answer of /map.json, for which the server lays the map out, comes once
a graph. Sizes are those over the wire, compressed.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx
from playwright.sync_api import Browser, Page, sync_playwright

from .generated import World, published

CHECKOUT = Path(__file__).resolve().parents[2]
_WATCH = """
window.tasks = [];
new PerformanceObserver((list) => list.getEntries().forEach((task) => window.tasks.push(task.duration)))
  .observe({ type: "longtask", buffered: true });
"""
_COUNT = """
window.frames_drawn = 0;
window.counting = true;
const count = () => { window.frames_drawn += 1; if (window.counting) requestAnimationFrame(count); };
requestAnimationFrame(count);
"""
_MARKS = """
["first-contentful-paint", "map-methods", "map-drawn"].map((name) => performance.getEntriesByName(name)[0].startTime)
"""
_DRAG_S = 2.0

#: After the map stands, names are drawn in idle moments; panning is measured after them.
_REST_MS = 2_000

#: What the scripts and styles of the map may take, compressed.
_MOST_BYTES = 600_000

_HEAD = (
    "| graph | methods, links | first answer | contentful paint | meaningful paint | with links | longest task "
    "| panning |\n"
    "|---|---|---|---|---|---|---|---|"
)


@dataclass(frozen=True)
class Visit:
    """What one visit measured: milliseconds of the page, frames per second."""

    contentful: float
    meaningful: float
    complete: float
    longest: float
    frames: float


@contextmanager
def serving(store: Path | None) -> Iterator[str]:
    """The address of a server over a store, or over the real graph."""
    environment = {**os.environ, "PYTHONPATH": str(CHECKOUT / "server")}
    place = ["--store", str(store)] if store else []
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0", *place]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        line = next(line for line in process.stderr if "answers at" in line)
        yield line.rpartition(" ")[2].strip()
        process.send_signal(signal.SIGINT)
        process.stderr.read()


def visited(browser: Browser, address: str) -> Visit:
    """What a reader meets who was never here before."""
    page = browser.new_page(viewport={"width": 1400, "height": 900})
    page.add_init_script(_WATCH)
    page.goto(f"{address}/")
    page.wait_for_selector("#map[data-ready]", timeout=120_000)
    page.wait_for_timeout(300)
    contentful, meaningful, complete = page.evaluate(_MARKS)
    longest = max(page.evaluate("window.tasks"), default=0.0)
    page.wait_for_timeout(_REST_MS)
    frames = panned(page)
    page.context.close()
    return Visit(contentful, meaningful, complete, longest, frames)


def timed(address: str) -> float:
    """Seconds until the whole of /map.json is here."""
    start = time.perf_counter()
    httpx.get(f"{address}/map.json", timeout=120).raise_for_status()
    return time.perf_counter() - start


def panned(page: Page) -> float:
    """Frames per second while the map is dragged in circles."""
    page.mouse.move(700, 500)
    page.mouse.down()
    page.evaluate(_COUNT)
    start, step = time.perf_counter(), 0
    while time.perf_counter() - start < _DRAG_S:
        step += 1
        page.mouse.move(700 + 200 * ((step % 40) / 20 - 1), 500 + 100 * ((step % 20) / 10 - 1))
    seconds = time.perf_counter() - start
    page.evaluate("window.counting = false")
    page.mouse.up()
    return float(page.evaluate("window.frames_drawn")) / seconds


def transferred(browser: Browser, address: str, path: str, ready: str) -> dict[str, int]:
    """Bytes over the wire of the scripts and styles of a page, by file name."""
    page = browser.new_page()
    sizes: dict[str, int] = {}
    page.on("requestfinished", lambda asked: sizes.update({asked.url: asked.sizes()["responseBodySize"]}))
    page.goto(f"{address}{path}")
    page.wait_for_selector(ready, timeout=120_000)
    page.wait_for_load_state("networkidle")
    page.context.close()
    return {url.rpartition("/")[2]: size for url, size in sizes.items() if url.endswith((".js", ".css"))}


def main() -> None:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sizes", type=int, nargs="+", default=[0, 1_000, 5_000], help="0 is the real graph")
    parser.add_argument("--rounds", type=int, default=5)
    chosen = parser.parse_args()
    with sync_playwright() as playwright, tempfile.TemporaryDirectory() as folder:
        path = shutil.which("chromium")
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox", "--disable-gpu"])
        print(_HEAD)
        for size in chosen.sizes:
            with serving(generated(size, Path(folder))) as address:
                print(row(browser, address, size, chosen.rounds), flush=True)
                map_, query = pages(browser, address)
        browser.close()
    report(map_, query)


def generated(size: int, folder: Path) -> Path | None:
    """A store with so many generated architectures; None for the real graph."""
    if not size:
        return None
    published(World(size), folder / str(size), CHECKOUT)
    return folder / str(size)


def row(browser: Browser, address: str, size: int, rounds: int) -> str:
    """A row of the table, as Markdown. Ends the program where the server has another graph than was asked for."""
    first = timed(address)
    data = httpx.get(f"{address}/map.json", timeout=60).json()
    if size and len(data["methods"]) != size:
        raise SystemExit("the sources were changed meanwhile, and the server built them; run it again")
    visits = [visited(browser, address) for _ in range(rounds)]
    figures = [
        spread([getattr(visit, name) for visit in visits], unit)
        for name, unit in (
            *((name, "ms") for name in ("contentful", "meaningful", "complete", "longest")),
            ("frames", "/s"),
        )
    ]
    name = f"{size:,} generated" if size else "real"
    return f"| {name} | {len(data['methods']):,}, {len(data['links']):,} | {first:.2f} s | {' | '.join(figures)} |"


def spread(values: list[float], unit: str) -> str:
    """Median, least and most."""
    return f"{statistics.median(values):,.0f} {unit} ({min(values):,.0f} to {max(values):,.0f})"


def pages(browser: Browser, address: str) -> tuple[dict[str, int], dict[str, int]]:
    """What the map's page and the query page take."""
    return (
        transferred(browser, address, "/", "#map[data-ready]"),
        transferred(browser, address, "/sparql", ".cm-content"),
    )


def report(map_: dict[str, int], query: dict[str, int]) -> None:
    """The table of sizes. Ends the program where the map takes too much, or the editor is on its page."""
    print("\n| page | scripts and styles, compressed | of it on no other page |\n|---|---|---|")
    for name, own, other in (("map", map_, query), ("query", query, map_)):
        alone = sum(size for file, size in own.items() if file not in other)
        print(f"| {name} | {sum(own.values()) / 1000:.0f} kB | {alone / 1000:.0f} kB |")
    if sum(map_.values()) >= _MOST_BYTES:
        raise SystemExit(f"the map's page takes more than {_MOST_BYTES:,} bytes")
    if any(file.startswith("query-") for file in map_):
        raise SystemExit("the map's page loads the editor")


if __name__ == "__main__":
    main()
