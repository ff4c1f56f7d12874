"""Speed of the kernel lab in a browser: from an edit of the kernel to the new picture, and camera frames a second."""

import statistics
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from cnnviz.bench.harness import PROJECT, Server, browser

SIDE = 512
NUM_EDITS = 150
CAMERA_SECONDS = 5
GOAL_EDIT_MS = 16.0
GOAL_CAMERA_FPS = 30.0
CAMERA_RATE = "--use-fake-device-for-media-stream=fps=60"  # the fake camera's own 20 would be the limit

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
    lab.get_by_role("button", name="Camera", exact=True).click()
    page.wait_for_timeout(1000 * CAMERA_SECONDS)
    return lab.evaluate("root => root.kernelLab.sources.camera.framesPerSecond")


@contextmanager
def _page() -> Iterator[Any]:
    """The Kernels page alone, without workers, in a browser."""
    with tempfile.TemporaryDirectory() as home, browser(CAMERA_RATE) as chromium:
        server = Server(Path(home), script=PROJECT / "pages" / "kernels.py").wait_until_up()
        try:
            page = chromium.new_page(viewport={"width": 1400, "height": 900})
            page.goto(server.url)
            page.locator(".lab [data-id=output]").wait_for()
            yield page
        finally:
            server.close()
