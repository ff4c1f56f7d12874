"""A net that follows the hand: in the page or in a worker, the newest picture wins; and files that are no nets."""

import base64
from collections.abc import Callable, Iterator
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.spec import Architecture, Conv, Dense, GlobalAvgPool
from cnnviz.models.net_file import pack_images
from tests.js.conftest import ORIGIN, send_file
from tests.js.nn.nets import difference, keras_values, net_bytes, random_image, trained_model

SMALL = Architecture(name="small", input_shape=(9, 7, 1), layers=(Conv(filters=3), GlobalAvgPool(), Dense(units=2)))
LARGE = Architecture(  # 23 MMACs: more than the page itself computes
    name="large",
    input_shape=(48, 50, 3),
    layers=(Conv(filters=32, padding="same"), Conv(filters=32, padding="same"), GlobalAvgPool(), Dense(units=2)),
)

OPEN = """async (given) => {
  const { LiveNet } = await import("/shared/nn/live_net.js");
  window.frames = 0;
  window.problems = [];
  window.live = await LiveNet.open({
    ...given, onFrame: () => (frames += 1), onProblem: (sentence) => problems.push(sentence),
  });
  return live.isWorker;
}"""
SHOW = """async (pictures) => {
  const before = frames;
  for (const pixels of pictures) live.show(Uint8Array.from(pixels));
  while (live.isBusy || frames === before) await new Promise((done) => setTimeout(done));
  return { frames: frames - before, values: [...live.values(live.layers.length - 1)] };
}"""
REFUSED = """async (bytes) => {
  const { LiveNet } = await import("/shared/nn/live_net.js");
  const file = Uint8Array.from(atob(bytes), (letter) => letter.charCodeAt(0)).buffer;
  return LiveNet.open({ bytes: file }).then(() => "", (error) => error.message);
}"""

ASK = """async (url) => {
  const { LiveNet } = await import("/shared/nn/live_net.js");
  return LiveNet.open({ url }).then(() => "", (error) => error.message);
}"""


@pytest.fixture
def serve(modules: Page) -> Iterator[Callable[[Architecture], Any]]:
    """Put a net at /nets/NAME and return its Keras model."""
    files: dict[str, bytes] = {}

    def serve(architecture: Architecture) -> Any:
        model = trained_model(architecture)
        files[architecture.name] = net_bytes(model, architecture)
        return model

    modules.route(f"{ORIGIN}/nets/*", lambda route: send_file(route, files))
    yield serve
    modules.evaluate("() => { window.live?.close(); window.live = null; }")
    modules.unroute(f"{ORIGIN}/nets/*")


@pytest.mark.parametrize("architecture", [SMALL, LARGE], ids=lambda net: net.name)
def test_the_newest_picture_is_the_one_that_stays(modules: Page, serve: Any, architecture: Architecture) -> None:
    model = serve(architecture)
    is_worker = modules.evaluate(OPEN, {"url": f"/nets/{architecture.name}"})
    assert is_worker == (architecture is LARGE)
    pictures = [random_image(model, seed) for seed in range(6)]
    shown: Any = modules.evaluate(SHOW, [picture.ravel().tolist() for picture in pictures])
    expected = keras_values(model, pictures[-1])["dense_1"]
    assert difference(np.array(shown["values"], np.float32), expected) <= 1e-5
    assert shown["frames"] == (2 if is_worker else 6), "of those that came while the worker was busy only the last"


@pytest.mark.parametrize("architecture", [SMALL, LARGE], ids=lambda net: net.name)
def test_an_edit_is_seen_at_once_and_taken_back(modules: Page, serve: Any, architecture: Architecture) -> None:
    model = serve(architecture)
    modules.evaluate(OPEN, {"url": f"/nets/{architecture.name}"})
    picture = [random_image(model).ravel().tolist()]
    first: Any = modules.evaluate(SHOW, picture)
    last = "live.layers.length - 1"
    change = f"(value) => live.edit({{ layer: {last}, weight: 'bias', at: 1, value }})"
    modules.evaluate(change, 7.5)
    bias = float(model.get_layer("dense_1").bias[1])
    wanted = first["values"][1] + 7.5 - bias
    modules.wait_for_function(f"(wanted) => Math.abs(live.values({last})[1] - wanted) < 1e-4", arg=wanted)
    modules.evaluate("() => live.reset()")
    modules.wait_for_function(f"(wanted) => live.values({last})[1] === wanted", arg=first["values"][1])
    assert modules.evaluate("() => live.edits") == []
    assert modules.evaluate("() => problems") == []


def test_a_net_that_does_not_arrive_is_told_in_a_sentence(modules: Page, serve: Any) -> None:
    told = modules.evaluate(ASK, "/nets/nothing")
    assert told == "The net did not arrive from the server. Load the page again. Received: status 404."


OPENED_TWICE = """async () => {
  const { OpenedOnce } = await import("/shared/nn/fetch_file.js");
  const asked = [];
  const nets = new OpenedOnce(async (url) => {
    asked.push(url);
    if (asked.length === 1) throw new Error("no answer");
    return url;
  });
  const said = await Promise.all([nets.of("a"), nets.of("a")].map((one) => one.catch(({ message }) => message)));
  return [...said, await nets.of("a"), await nets.of("a"), await nets.of("b"), asked.join(" ")];
}"""


def test_what_could_not_be_opened_is_tried_again_at_the_next_need_and_what_could_is_kept(modules: Page) -> None:
    assert modules.evaluate(OPENED_TWICE) == ["no answer", "no answer", "a", "a", "b", "a a b"]


CUT_OFF = """async () => {
  const { fetchFile } = await import("/shared/nn/fetch_file.js");
  const pull = (stream) => { stream.enqueue(new Uint8Array(5)); stream.error(new TypeError("cut off")); };
  const bytes = new ReadableStream({ pull });
  const real = window.fetch;
  window.fetch = async () => new Response(bytes, { headers: { "content-length": "10" } });
  try {
    return await fetchFile("/nets/cut").catch(({ message }) => message);
  } finally {
    window.fetch = real;
  }
}"""


def test_half_of_a_file_is_none(modules: Page) -> None:
    assert "The net did not arrive from the server." in modules.evaluate(CUT_OFF)


GOOD = net_bytes(trained_model(SMALL), SMALL)
BAD = {
    "nothing": (b"", "This is no net of cnnviz."),
    "a page": (b"<!doctype html><title>Sign in</title>", "This is no net of cnnviz."),
    "cut in its description": (GOOD[:100], "This is no net of cnnviz."),
    "cut in its weights": (GOOD[:-5], "This net is damaged: expected"),
    "with something behind it": (GOOD + bytes(4), "This net is damaged: expected"),
    "test images": (pack_images(np.zeros((1, 2, 2, 1), np.uint8), np.zeros(1), ["a"]), "another version of cnnviz"),
    "of another version": (GOOD.replace(b'"version":1', b'"version":9'), "another version of cnnviz"),
    "of an unknown layer": (GOOD.replace(b'"kind":"conv"', b'"kind":"wave"'), "cannot compute. Received: wave."),
}


@pytest.mark.parametrize("name", BAD)
def test_a_file_that_is_no_net_is_refused_in_a_sentence(modules: Page, name: str) -> None:
    content, expected = BAD[name]
    assert expected in modules.evaluate(REFUSED, base64.b64encode(content).decode())


def test_a_picture_of_another_size_is_refused_in_a_sentence(modules: Page, serve: Any) -> None:
    serve(SMALL)
    modules.evaluate(OPEN, {"url": "/nets/small"})
    told = modules.evaluate("() => { try { live.show(new Uint8Array(5)); } catch (error) { return error.message; } }")
    assert told == "Expected a picture of 9 × 7 × 1 values. Received: 5."
