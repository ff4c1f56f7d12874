"""The paper: strokes by mouse, pen, finger and keys; undo, redo, clear, eraser; what it gives out."""

from collections.abc import Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Locator, Page

SIDE = 280  # pixels of what is given out
BOX = 300  # of the canvas on the screen
PLACE = """async ({ box }) => {
  const { Paper } = await import("/shared/paper.js");
  const styles = document.createElement("link");
  document.body.innerHTML = `<style>.paper { width: ${box}px; aspect-ratio: 1; touch-action: none; display: block }
    body { margin: 20px; height: 3000px } </style><canvas tabindex="0"></canvas>`;
  const log = [];
  const note = (name) => ({ strokes }) => log.push([name, strokes.length, strokes.at(-1)?.points.length ?? 0]);
  const paper = new Paper(document.querySelector("canvas"), { onChange: note("change"), onEnd: note("end") });
  paper.addEventListener("say", ({ detail }) => log.push(["say", detail]));
  Object.assign(window, { paper, log, frame: () => new Promise(requestAnimationFrame) });
}"""


@pytest.fixture
def paper(modules: Page) -> Iterator[Locator]:
    """A canvas of 300 px with an empty paper on it; `paper` and `log` in the page."""
    modules.evaluate(PLACE, {"box": BOX})
    yield modules.locator("canvas")
    modules.evaluate("() => { paper.close(); document.body.replaceChildren(); scrollTo(0, 0); }")


def pixels(page: Page) -> np.ndarray:
    """(280, 280) of what the paper gives out, and a check that it is grey and opaque."""
    data: Any = page.evaluate("() => { const { data } = paper.pixels(); return [...data]; }")
    rgba = np.reshape(data, (SIDE, SIDE, 4))
    assert (rgba[..., 3] == 255).all()
    assert (rgba[..., :3] == rgba[..., :1]).all()
    return rgba[..., 0]


def drag(page: Page, *places: tuple[float, float], steps: int = 6) -> None:
    """Draw with the mouse through places in pixels of the paper given out."""
    box = page.locator("canvas").bounding_box()
    assert box
    points = [(box["x"] + x * BOX / SIDE, box["y"] + y * BOX / SIDE) for x, y in places]
    page.mouse.move(*points[0])
    page.mouse.down()
    for point in points[1:]:
        page.mouse.move(*point, steps=steps)
    page.mouse.up()
    settle(page)


def settle(page: Page) -> None:
    page.evaluate("() => frame().then(frame)")


def test_an_empty_paper_is_white(paper: Locator, modules: Page) -> None:
    assert (pixels(modules) == 255).all()
    assert modules.evaluate("() => [paper.isEmpty, paper.strokes, paper.canUndo, paper.canRedo]") == [
        True, [], False, False,
    ]  # fmt: skip


def test_a_line_is_as_thick_and_as_long_as_it_was_drawn(paper: Locator, modules: Page) -> None:
    drag(modules, (50, 100), (200, 100))
    image = pixels(modules)
    rows, columns = np.nonzero(image < 128)
    assert (rows.min(), rows.max()) == (91, 108)  # 18 pixels around row 100
    assert columns.min() == pytest.approx(50 - 9, abs=1)
    assert columns.max() == pytest.approx(200 + 8, abs=1)
    assert image[100, 120] == 0
    assert not modules.evaluate("() => paper.isEmpty")


def test_a_tap_is_a_dot(paper: Locator, modules: Page) -> None:
    drag(modules, (140, 140))
    assert (pixels(modules) < 128).sum() == pytest.approx(np.pi * 9**2, rel=0.03)


def test_a_stroke_is_told_while_it_is_drawn_and_once_when_it_ends(paper: Locator, modules: Page) -> None:
    box = paper.bounding_box()
    assert box
    modules.mouse.move(box["x"] + 30, box["y"] + 30)
    modules.mouse.down()
    for x in (60, 90, 120):
        modules.mouse.move(box["x"] + x, box["y"] + 30)
        settle(modules)
    told: Any = modules.evaluate("() => log")
    assert [name for name, *_ in told] == ["change"] * len(told)
    assert [points for _, _, points in told][-3:] == [2, 3, 4]
    modules.mouse.up()
    settle(modules)
    assert [name for name, *_ in modules.evaluate("() => log")][-2:] == ["change", "end"]


def test_many_points_in_one_frame_are_told_once(paper: Locator, modules: Page) -> None:
    told = modules.evaluate(
        """async () => { await frame(); log.length = 0;
        paper.begin([0.1, 0.1]);
        for (let x = 2; x < 9; x++) paper.extend([x / 10, 0.1]);
        paper.end();
        await frame();
        return log; }"""
    )
    assert told == [["change", 1, 8], ["end", 1, 8]]
