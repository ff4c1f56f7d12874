"""How fast the kernel lab is in a real browser: from a kernel's edit to the new picture, and camera frames a second."""

import os
import shutil
import socket
import statistics
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cnnviz.errors import UnexpectedFailure

PROJECT = Path(__file__).parents[2]
SIDE = 512
NUM_EDITS = 150
CAMERA_SECONDS = 5
START_SECONDS = 60
GOAL_EDIT_MS = 16.0
GOAL_CAMERA_FPS = 30.0
FLAGS = (
    "--no-sandbox",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--use-fake-device-for-media-stream=fps=60",
    "--use-fake-ui-for-media-stream",
)

# Types other weights into one cell and notes, for each: milliseconds until the new result is drawn, and until the
# browser has put the frame with it together.
_EDITS = """async (root, { side, num }) => {
  const rgb = Uint8Array.from({ length: side * side * 3 }, (_, i) => (Math.floor(i / 3) * 7919) % 251);
  root.kernelLab.takePixels("Noise", side, side, rgb);
  const cell = root.querySelector('[data-id="grid"] input');
  const frame = () => new Promise(done => requestAnimationFrame(() => setTimeout(done)));
  const times = [];
  for (let i = 0; i < num; i++) {
    await frame();
    const start = performance.now();
    cell.value = String((i % 9) - 4);
    cell.dispatchEvent(new Event("input"));
    const drawn = performance.now() - start;
    await frame();
    times.push([drawn, performance.now() - start]);
  }
  return times;
}"""


def measure() -> dict[str, Any]:
    """Measure in Chromium with the fake camera; each figure is a median over many edits or seconds.

    Returns
    -------
    dict
        edit_ms, edit_p95_ms: from typing a weight to the result drawn, 3x3 over 512x512 grey pixels;
        edit_to_frame_ms: until the browser's next frame stands; camera_fps at 320x240; goals, ok, text.
    """
    with _page() as page:
        lab = page.locator(".lab")
        edits = lab.evaluate(_EDITS, {"side": SIDE, "num": NUM_EDITS})[20:]  # without warming up
        camera_fps = _camera(page, lab)
    drawn = sorted(times[0] for times in edits)
    edit_ms = statistics.median(drawn)
    return {
        "edit_ms": round(edit_ms, 2),
        "edit_p95_ms": round(drawn[int(0.95 * len(drawn))], 2),
        "edit_to_frame_ms": round(statistics.median(times[1] for times in edits), 2),
        "camera_fps": round(camera_fps, 1),
        "goals": {"edit_ms": GOAL_EDIT_MS, "camera_fps": GOAL_CAMERA_FPS},
        "ok": edit_ms <= GOAL_EDIT_MS and camera_fps >= GOAL_CAMERA_FPS,
        "text": f"Kernel edit to new picture, {SIDE}x{SIDE}: {edit_ms:.1f} ms (goal {GOAL_EDIT_MS:.0f}); "
        f"camera at 320x240: {camera_fps:.0f} frames a second (goal {GOAL_CAMERA_FPS:.0f})",
    }


def _camera(page: Any, lab: Any) -> float:
    lab.get_by_role("button", name="Camera").click()
    page.wait_for_timeout(1000 * CAMERA_SECONDS)
    return lab.evaluate("root => root.kernelLab.sources.camera.framesPerSecond")


@contextmanager
def _page() -> Iterator[Any]:
    """The Kernels page alone, without workers, in a browser."""
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        raise UnexpectedFailure(
            "This bench needs a browser: run `pip install -r tests/requirements.txt` and install Chromium."
        ) from None
    with _server() as url, sync_playwright() as playwright:
        path = shutil.which("chromium") or shutil.which("google-chrome")
        browser = playwright.chromium.launch(executable_path=path, args=list(FLAGS))
        page = browser.new_page(viewport={"width": 1400, "height": 900})
        page.goto(url)
        page.locator(".lab [data-id=output]").wait_for()
        yield page
        browser.close()


@contextmanager
def _server() -> Iterator[str]:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    command = [sys.executable, "-m", "streamlit", "run", "pages/kernels.py", "--server.port", str(port)]
    process = subprocess.Popen(
        command,
        cwd=PROJECT,
        env={**os.environ, "PYTHONPATH": str(PROJECT)},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    try:
        _wait_until_up(f"http://localhost:{port}")
        yield f"http://localhost:{port}"
    finally:
        process.terminate()
        process.wait()


def _wait_until_up(url: str) -> None:
    until = time.monotonic() + START_SECONDS
    while time.monotonic() < until:
        try:
            with urllib.request.urlopen(f"{url}/_stcore/health", timeout=2):
                return
        except OSError:
            time.sleep(0.1)
    raise UnexpectedFailure(f"The server did not start within {START_SECONDS} seconds. Received: {url}.")
