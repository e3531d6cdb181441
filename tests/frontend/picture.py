"""The picture of the map in the README: `make picture` opens the map in Chromium and saves what it shows.

It is taken in light colours, small, and written only when it stays below the size that a README should carry.
"""

import io
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from PIL import Image
from playwright.sync_api import ViewportSize, sync_playwright

ROOT = Path(__file__).resolve().parents[2]
PICTURE = ROOT / "server" / "frontend" / "picture.png"
_MOST_BYTES = 200_000
_COLOURS = 160
_SIZE = ViewportSize(width=1280, height=880)


def main() -> None:
    """Take the picture anew."""
    command = [sys.executable, "-c", "from deepgenealogy.cli import main; main()", "serve", "--port", "0"]
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as server:
        assert server.stderr is not None
        address = next(line for line in server.stderr if "answers at" in line).rpartition(" ")[2].strip()
        content = smaller(taken(address))
        server.send_signal(signal.SIGINT)
        server.stderr.read()
    if len(content) > _MOST_BYTES:
        raise SystemExit(f"the picture has {len(content):,} bytes, more than {_MOST_BYTES:,}; make it smaller")
    PICTURE.write_bytes(content)
    print(f"{PICTURE.relative_to(ROOT)}: {len(content):,} bytes")


def taken(address: str) -> bytes:
    """What the map shows at first, without the controls around it."""
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page(viewport=_SIZE, color_scheme="light", locale="en-US")
        page.goto(f"{address}/")
        page.wait_for_selector("#map[data-ready]")
        page.wait_for_timeout(500)
        content = page.locator(".map-body").screenshot()
        browser.close()
    return content


def smaller(content: bytes) -> bytes:
    """The same picture with a palette, which takes a third of the bytes."""
    written = io.BytesIO()
    Image.open(io.BytesIO(content)).convert("RGB").quantize(_COLOURS, method=Image.Quantize.MAXCOVERAGE).save(
        written, "png", optimize=True
    )
    return written.getvalue()


if __name__ == "__main__":
    main()
