"""The paper: strokes by mouse, pen, finger and keys; undo, redo, clear, eraser; what it gives out."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Browser, BrowserContext, Locator, Page

from tests.js.conftest import wait_for_frames
from tests.js.transfer import unpacked

SIDE = 280  # pixels of what is given out
BOX = 300  # of the canvas on the screen
PLACE = """async ({ box }) => {
  const { paperTools } = await import("/shared/paper_tools.js");
  const { Paper } = await import("/shared/paper.js");
  document.body.innerHTML = `<style>.paper { width: ${box}px; aspect-ratio: 1; touch-action: none; display: block }
    body { margin: 20px; height: 3000px } </style><canvas tabindex="0"></canvas>`;
  const log = [];
  const note = (name) => ({ strokes }) => log.push([name, strokes.length, strokes.at(-1)?.points.length ?? 0]);
  const paper = new Paper(document.querySelector("canvas"), { onChange: note("change"), onEnd: note("end") });
  paper.addEventListener("say", ({ detail }) => log.push(["say", detail]));
  document.body.append(paperTools(paper));
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
    text = page.evaluate("""async () => (await import("/transfer.js")).packed(paper.pixels().data)""")
    rgba = np.frombuffer(unpacked(text), np.uint8).reshape(SIDE, SIDE, 4)
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


def test_undo_redo_and_clear_go_through_every_state(paper: Locator, modules: Page) -> None:
    states = [pixels(modules)]
    for row in (60, 140):
        drag(modules, (50, row), (200, row))
        states.append(pixels(modules))

    def press(name: str) -> np.ndarray:
        modules.get_by_role("button", name=name).click()
        settle(modules)
        return pixels(modules)

    assert (press("Clear") == 255).all()
    assert np.array_equal(press("Undo"), states[2])
    assert np.array_equal(press("Undo"), states[1])
    assert np.array_equal(press("Undo"), states[0])
    assert modules.get_by_role("button", name="Undo").get_attribute("aria-disabled") == "true"
    assert np.array_equal(press("Redo"), states[1])
    drag(modules, (100, 20), (100, 250))  # what was undone is gone now
    assert modules.get_by_role("button", name="Redo").get_attribute("aria-disabled") == "true"
    assert np.array_equal(press("Undo"), states[1])
    assert modules.get_by_role("status").inner_text() == "Undone"


def test_the_eraser_leaves_white_paper(paper: Locator, modules: Page) -> None:
    drag(modules, (50, 100), (200, 100))
    modules.get_by_role("button", name="Eraser").click()
    drag(modules, (120, 40), (120, 200))
    image = pixels(modules)
    assert (image[:, 113:127] == 255).all()
    assert image[100, 80] == image[100, 170] == 0
    modules.get_by_role("button", name="Pen").click()
    drag(modules, (120, 40), (120, 200))
    assert pixels(modules)[60, 120] == 0


def test_the_slider_sets_the_thickness_of_the_next_stroke(paper: Locator, modules: Page) -> None:
    modules.get_by_role("slider", name="Thickness").fill("30")
    drag(modules, (50, 100), (200, 100))
    assert (pixels(modules)[:, 120] < 128).sum() == 30


def test_keys_draw_and_undo(paper: Locator, modules: Page) -> None:
    """From the middle three steps up, the pen goes down, seven to the right; both arrows together go slantwise."""
    paper.focus()
    for key in ["ArrowUp"] * 3 + ["Space"] + ["ArrowRight"] * 7:
        paper.press(key)
    settle(modules)
    assert modules.get_by_role("status").inner_text() == "The pen is down"
    assert [name for name, *_ in modules.evaluate("() => log")].count("end") == 0
    modules.keyboard.down("ArrowDown")
    modules.keyboard.down("ArrowLeft")
    for key in ("ArrowDown", "ArrowLeft"):
        modules.keyboard.up(key)
    paper.press("Enter")
    settle(modules)
    points: Any = modules.evaluate("() => paper.strokes[0].points")
    expected = [(14 + step, 11) for step in range(8)] + [(21, 12), (20, 13)]
    assert np.array(points) * 28 == pytest.approx(np.array(expected), abs=0.02)
    assert pixels(modules)[110, 170] == 0
    assert modules.get_by_role("status").inner_text() == "The pen is up"
    paper.press("Control+z")
    assert (pixels(modules) == 255).all()
    paper.press("Control+Shift+Z")
    assert pixels(modules)[110, 170] == 0


def test_the_page_is_not_scrolled_by_the_keys_of_the_paper(paper: Locator, modules: Page) -> None:
    paper.focus()
    for key in ("Space", "ArrowDown", "ArrowDown", "Escape"):
        paper.press(key)
    assert modules.evaluate("() => scrollY") == 0


TOUCH = """async ([points, type]) => {
  const canvas = document.querySelector("canvas");
  const box = canvas.getBoundingClientRect();
  const send = (name, [x, y, pressure], id) => canvas.dispatchEvent(new PointerEvent(name, {
    pointerId: id, pointerType: type, pressure, clientX: box.left + x, clientY: box.top + y, bubbles: true,
    cancelable: true, buttons: 1 }));
  send("pointerdown", points[0], 5);
  send("pointerdown", [290, 290, 0.5], 6);
  for (const point of points.slice(1)) {
    send("pointermove", point, 5);
    send("pointermove", [10, 290, 0.5], 6);
  }
  send("pointerup", points.at(-1), 5);
  await frame();
  return paper.strokes.map(({ points }) => points.map((point) => point.map((value) => Math.round(value * 100) / 100)));
}"""


def test_a_second_finger_draws_nothing(paper: Locator, modules: Page) -> None:
    strokes = modules.evaluate(TOUCH, [[[30, 30, 0.9], [150, 30, 0.9], [150, 150, 0.9]], "touch"])
    assert strokes == [[[0.1, 0.1], [0.5, 0.1], [0.5, 0.5]]]


def test_the_pressure_of_a_pen_makes_the_line_thicker(paper: Locator, modules: Page) -> None:
    strokes = modules.evaluate(TOUCH, [[[30, 30, 0.5], [150, 30, 0.5], [270, 30, 1]], "pen"])
    assert strokes == [[[0.1, 0.1, 0.5], [0.5, 0.1, 0.5], [0.9, 0.1, 1]]]
    image = pixels(modules)
    assert (image[:, 80] < 128).sum() == 18
    assert (image[:, 220] < 128).sum() == pytest.approx(27, abs=1)  # 1.5 times 18


def test_a_finger_draws_and_the_page_stays_where_it_is(
    browser: Browser, open_modules: Callable[[BrowserContext], Page]
) -> None:
    """Real touches, through Chromium's input pipeline, on a phone's screen of three pixels a point."""
    context = browser.new_context(viewport={"width": 390, "height": 844}, has_touch=True, device_scale_factor=3)
    page = open_modules(context)
    page.evaluate(PLACE, {"box": BOX})
    box = page.locator("canvas").bounding_box()
    assert box
    client = context.new_cdp_session(page)
    for kind, y in [("touchStart", 250), *(("touchMove", y) for y in range(240, 50, -10)), ("touchEnd", None)]:
        points = [] if y is None else [{"x": box["x"] + 150, "y": box["y"] + y}]
        client.send("Input.dispatchTouchEvent", {"type": kind, "touchPoints": points})
    settle(page)
    assert page.evaluate("() => scrollY") == 0
    rows, _ = np.nonzero(pixels(page) < 128)
    assert rows.min() < 75
    assert rows.max() > 220
    assert page.evaluate("() => paper.canvas.width") == 3 * BOX
    for name in ("Pen", "Eraser", "Undo", "Redo", "Clear"):
        assert page.get_by_role("button", name=name).is_visible()
    context.close()


def test_a_drawing_comes_back_pixel_by_pixel_and_in_another_size(paper: Locator, modules: Page) -> None:
    drag(modules, (50, 60), (200, 80), (90, 250), steps=9)
    before = pixels(modules)
    strokes = modules.evaluate("() => JSON.stringify(paper.strokes)")
    modules.evaluate("() => paper.clear()")
    modules.evaluate("(text) => { paper.canvas.style.width = '150px'; paper.load(JSON.parse(text)); }", strokes)
    settle(modules)
    assert np.array_equal(pixels(modules), before)
    assert modules.evaluate("() => paper.canvas.width") == 150


def test_what_is_seen_is_what_is_given_out_in_every_theme(give: Callable[[str, Any], Locator], modules: Page) -> None:
    pad = give("drawing_pad", {"strokes": []})
    modules.evaluate("() => root.host.style.setProperty('--st-text-color', '#fafafa')")
    modules.evaluate("() => root.host.style.setProperty('--st-background-color', '#0e1117')")
    canvas = pad.locator("canvas")
    box = canvas.bounding_box()
    assert box
    modules.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    wait_for_frames(modules)
    ink, paper = canvas.evaluate("""(canvas) => [
        [...canvas.getContext("2d").getImageData(canvas.width / 2, canvas.height / 2, 1, 1).data],
        getComputedStyle(canvas).backgroundColor]""")
    assert (ink, paper) == ([0, 0, 0, 255], "rgb(255, 255, 255)")


DEMO = """async ([still, touch]) => {
  const asked = window.matchMedia;
  window.matchMedia = () => ({ matches: still });
  const points = (y) => Array.from({ length: 50 }, (_, i) => [0.1 + i / 70, y]);
  const line = (y) => ({ tool: "pen", thickness: 0.06, points: points(y) });
  let most = 0;
  paper.addEventListener("change", () => (most = Math.max(most, paper.strokes.length)));
  const done = paper.demo([line(0.3), line(0.6)], touch ? 100_000 : 60, { after: [line(0.1)] });
  window.matchMedia = asked;
  await frame();
  if (touch) paper.begin([0.5, 0.5]);
  const isWhole = await done;
  await frame().then(frame);
  const { strokes, isDemo, canUndo } = paper;
  const ends = log.filter(([name]) => name === "end").length;
  return { isWhole, most, strokes: strokes.length, points: strokes.at(-1).points.length, isDemo, ends, canUndo };
}"""


def test_a_demonstration_draws_by_itself_and_tells_of_no_end(paper: Locator, modules: Page) -> None:
    found: Any = modules.evaluate(DEMO, [False, False])
    assert found == {
        "isWhole": True, "most": 3, "strokes": 3, "points": 50, "isDemo": True, "ends": 0, "canUndo": False,
    }  # fmt: skip


def test_a_touch_ends_a_demonstration_and_begins_on_empty_paper(paper: Locator, modules: Page) -> None:
    found: Any = modules.evaluate(DEMO, [False, True])
    assert (found["isWhole"], found["strokes"], found["points"], found["isDemo"]) == (False, 1, 1, False)


def test_where_motion_is_unwanted_a_demonstration_is_there_at_once(paper: Locator, modules: Page) -> None:
    found: Any = modules.evaluate(DEMO, [True, False])
    assert (found["isWhole"], found["strokes"], found["points"]) == (False, 3, 50)


def test_a_full_paper_takes_dots_only(paper: Locator, modules: Page) -> None:
    counts = modules.evaluate(
        """() => {
        const many = Array.from({ length: 19_998 }, (_, i) => [(i % 100) / 100, 0.5]);
        paper.load([{ tool: "pen", thickness: 0.01, points: many }]);
        for (const y of [0.1, 0.2]) {
          paper.begin([0.1, y]);
          for (let x = 2; x < 9; x++) paper.extend([x / 10, y]);
          paper.end();
        }
        return paper.strokes.map(({ points }) => points.length); }"""
    )
    assert counts == [19_998, 2, 1]
