"""A net that is wider than the page: its answer stays in sight while the columns scroll."""

from typing import Any

import pytest
from playwright.sync_api import Locator, expect

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from tests.js.conftest import wait_for_frames
from tests.js.inside_net.nets import Sample, make
from tests.js.inside_net.test_inside_net import cell

WIDE = Architecture(
    name="wide",
    input_shape=(8, 8, 1),
    layers=(
        *(Conv(filters=3, kernel=3, padding="same", activation="relu") for _ in range(16)),
        GlobalAvgPool(),
        Dense(units=4, activation="softmax"),
    ),
)


@pytest.fixture(scope="module")
def wide() -> Sample:
    return make(WIDE)


def scroll(place: Locator, left: int) -> None:
    place.locator(".stage").evaluate("(stage, left) => stage.scrollTo({ left, behavior: 'instant' })", left)
    wait_for_frames(place.page)


def boxes(place: Locator) -> dict[str, Any]:
    """Where the answer and the stage are on the page, and where the edges take the answer to be."""
    return place.evaluate(
        """(root) => {
          const stage = root.querySelector(".stage");
          const { columns } = root.insideNet.parts.find((part) => part.frameNode);
          const answer = root.querySelector(".column.answer").getBoundingClientRect();
          const net = root.querySelector(".net").getBoundingClientRect();
          return { answer: [answer.left, answer.right], stage: [stage.getBoundingClientRect().left,
            stage.getBoundingClientRect().right], told: columns.at(-1).left + net.left, most: stage.scrollWidth };
        }"""
    )


def test_the_answer_stays_at_the_right_edge_and_the_edges_know_it(show, wide: Sample) -> None:
    place = show(wide)
    width = boxes(place)["most"]
    assert width > place.locator(".stage").evaluate("(stage) => stage.clientWidth")
    for left in (0, 120, width):
        scroll(place, left)
        found = boxes(place)
        assert found["stage"][0] < found["answer"][0]
        assert found["stage"][1] - 24 <= found["answer"][1] <= found["stage"][1]
        assert found["told"] == pytest.approx(found["answer"][0], abs=1)
        assert found["most"] == width
    scroll(place, 0)
    cell(place, 19, 2).click()
    expect(place.locator(".crumbs")).to_contain_text("Dense")


def test_a_cell_that_the_keyboard_goes_to_is_not_behind_the_answer(show, wide: Sample) -> None:
    place = show(wide)
    cell(place, 2, 0).focus()
    for layer in range(3, 17):
        place.page.keyboard.press("ArrowRight")
        there = place.evaluate(
            """(root) => { const { right, left } = root.getRootNode().activeElement.getBoundingClientRect();
              return [left, right, root.querySelector(".column.answer").getBoundingClientRect().left]; }"""
        )
        assert there[1] <= there[2], layer
