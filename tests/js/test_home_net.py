"""The Home page's picture without a page: where its parts stand, and how much leads to what, by hand numbers."""

from typing import Any

import pytest
from playwright.sync_api import Page

from cnnviz.models.net_file import read_manifest
from cnnviz.runs.shipped import HOME_NET, NET_FILE

LAYERS = [
    {**layer, "index": i, "units": layer["shape"][-1], "height": layer["shape"][0], "width": (layer["shape"] * 2)[1]}
    for i, layer in enumerate(read_manifest((HOME_NET / NET_FILE).read_bytes())["layers"])
]
LAY_OUT = """async ({ layers, room }) => {
  const { layOut, shownColumns, cellBox, kernelBox, unitAt } = await import("/home_net/layout.js");
  const { columns, width, height, cellsHeight } = layOut(shownColumns(layers), room);
  const ofUnits = (column, box) =>
    Array.from({ length: column.layer.units }, (_, unit) => box(column, unit, cellsHeight));
  const boxes = columns.map((column) => ofUnits(column, cellBox));
  const kernels = columns.map((column) => (column.kernel ? ofUnits(column, kernelBox) : []));
  const middle = ([x, y, w, h]) => [x + w / 2, y + h / 2];
  const found = columns.map((column, i) => boxes[i].map((box) => unitAt(column, ...middle(box), cellsHeight)));
  return { names: columns.map(({ layer }) => layer.name), width, height, boxes, kernels, found };
}"""
ROOMS = [
    {"width": 676, "height": 720, "hasNames": False},  # 1400 x 900
    {"width": 1180, "height": 900, "hasNames": False},  # 1920 x 1080
    {"width": 420, "height": 480, "hasNames": False},  # a small window
    {"width": 334, "height": 480, "hasNames": True},  # a phone
]


def lay_out(page: Page, room: dict[str, Any]) -> dict[str, Any]:
    return page.evaluate(LAY_OUT, {"layers": LAYERS, "room": room})


def overlap(a: list[float], b: list[float]) -> bool:
    return a[0] < b[0] + b[2] and b[0] < a[0] + a[2] and a[1] < b[1] + b[3] and b[1] < a[1] + a[3]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room['width']} wide")
def test_no_part_of_the_picture_covers_another_at_any_size(modules: Page, room: dict[str, Any]) -> None:
    laid = lay_out(modules, room)
    boxes = [box for column in (*laid["boxes"], *laid["kernels"]) for box in column]
    assert len(boxes) == 1 + 16 + 16 + 32 + 32 + 64 + 10 + 16 + 32
    assert not [(a, b) for i, a in enumerate(boxes) for b in boxes[:i] if overlap(a, b)]
    assert all(box[0] >= 0 and box[0] + box[2] <= laid["width"] + 0.01 for box in boxes)
    assert all(box[1] >= 0 and box[1] + box[3] <= laid["height"] for box in boxes)


def test_a_usual_window_shows_all_columns_without_scrolling(modules: Page) -> None:
    assert lay_out(modules, ROOMS[0])["width"] == ROOMS[0]["width"]
    assert lay_out(modules, ROOMS[0])["height"] <= ROOMS[0]["height"]


@pytest.mark.parametrize("room", ROOMS, ids=lambda room: f"{room['width']} wide")
def test_maps_are_whole_multiples_of_their_size_so_that_their_pixels_are_crisp(modules: Page, room) -> None:
    laid = lay_out(modules, room)
    sides = dict(zip(laid["names"], (boxes[0][2:] for boxes in laid["boxes"]), strict=True))
    for layer in LAYERS:
        if layer["name"] in sides and len(layer["shape"]) == 3:
            assert [
                side % pixels for side, pixels in zip(sides[layer["name"]], layer["shape"][1::-1], strict=True)
            ] == [0, 0]


def test_each_unit_is_found_where_it_stands(modules: Page) -> None:
    laid = lay_out(modules, ROOMS[0])
    assert laid["found"] == [list(range(len(boxes))) for boxes in laid["boxes"]]


# A picture of 2 x 2; a 1x1 convolution with kernels 2 and -3; a dense layer of two from the four values and two maps.
SMALL = """async () => {
  const { Influences } = await import("/home_net/influence.js");
  const layers = [
    { index: 0, kind: "input", units: 1 },
    { index: 1, kind: "conv", units: 2, size: [1, 1] },
    { index: 2, kind: "dense", units: 2 },
  ];
  const values = [[1, 2, 3, 2], [1, 10, 0, 0, 0, 30, 3, 0], [0.5, 0.5]];
  const kernels = [null, [2, -3], Array.from({ length: 16 }, (_, i) => (i % 2 ? -1 : 0.5))];
  const weights = (i) => ({ kernel: Float32Array.from(kernels[i]) });
  const net = { values: (i) => Float32Array.from(values[i]), weights };
  const influences = new Influences(net, layers);
  influences.refresh();
  return influences.found.map((found) => found.map(({ from, to, size, sign }) => [from, to, size, sign]));
}"""


def test_how_much_leads_to_what_by_hand(modules: Page) -> None:
    picture, conv, dense = modules.evaluate(SMALL)
    assert picture == []
    # The maps' means are (1 + 0 + 0 + 3) / 4 = 1 and (10 + 0 + 30 + 0) / 4 = 10; each comes from the one picture.
    assert conv == [[0, 0, pytest.approx(0.1), 1], [0, 1, 1, 1]]
    # First map: 4 x 0.5 = 2 and 4 x -1 = -4; second: 40 x 0.5 = 20 and 40 x -1 = -40, the largest.
    assert dense == [
        [0, 0, pytest.approx(0.05), 1],
        [0, 1, pytest.approx(0.1), -1],
        [1, 0, pytest.approx(0.5), 1],
        [1, 1, 1, -1],
    ]
