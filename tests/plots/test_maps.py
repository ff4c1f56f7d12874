import numpy as np
import pytest

from cnnviz.plots.maps import MAX_CELLS, MAX_UNITS, color_range, describe_maps, lay_out, map_grid, vector_bars
from cnnviz.plots.style import DIVERGING, SEQUENTIAL


def maps_of(height, width, count):
    return np.random.default_rng(0).random((height, width, count)).astype(np.float32)


def cells(fig):
    """{(map, row, column): value} of the one heatmap."""
    heatmap = fig.data[0]
    z, origins = np.asarray(heatmap.z), np.asarray(heatmap.customdata)
    return {
        tuple(int(i) for i in origins[place][:3]): z[place] for place in zip(*np.nonzero(~np.isnan(z)), strict=True)
    }


@pytest.mark.parametrize("shape", [(3, 5, 7), (3, 5, 13), (6, 2, 1), (4, 4, 16)])
def test_every_value_of_every_map_is_in_the_mosaic_once(shape):
    values = maps_of(*shape)
    fig = map_grid(values)
    assert len(fig.data) == 1
    found = cells(fig)
    assert len(found) == values.size
    assert all(found[k + 1, r + 1, c + 1] == values[r, c, k] for r, c, k in np.ndindex(*shape))


def test_maps_stand_in_reading_order_with_gaps_between():
    values = np.stack([np.full((2, 3), k + 1.0) for k in range(5)], axis=-1)
    mosaic = lay_out(values, columns=2)
    corners = mosaic.corners
    assert corners[0][0] == corners[1][0] < corners[2][0] == corners[3][0] < corners[4][0]
    assert corners[0][1] == corners[2][1] == 0
    assert corners[1][1] > 3
    for number, (top, left) in enumerate(corners):
        assert (mosaic.values[top : top + 2, left : left + 3] == number + 1).all()
        assert np.isnan(mosaic.values[top - 1, left : left + 3]).all()
    assert np.isnan(mosaic.values).sum() == mosaic.values.size - 30


def test_rows_are_equally_full_and_have_at_most_eight_maps():
    def in_first_row(count):
        labels = map_grid(maps_of(2, 3, count)).layout.annotations
        return sum(label.y == labels[0].y for label in labels)

    assert [in_first_row(count) for count in (1, 8, 9, 10, 32, 64)] == [1, 8, 5, 5, 8, 8]


def test_maps_larger_than_255_pixels_keep_their_rows_and_columns():
    values = maps_of(300, 2, 1)
    assert cells(map_grid(values))[1, 300, 2] == values[299, 1, 0]


def test_pixels_are_square_and_the_first_row_is_on_top():
    fig = map_grid(maps_of(4, 9, 3))
    rows, columns = fig.data[0].z.shape
    assert tuple(fig.layout.yaxis.range) == (rows - 0.5, -0.5)
    assert tuple(fig.layout.xaxis.range) == (-0.5, columns - 0.5)
    assert fig.layout.yaxis.scaleanchor == "x"
    assert fig.layout.xaxis.visible is fig.layout.yaxis.visible is False


def test_positive_maps_share_a_scale_from_zero_and_signed_ones_a_scale_around_zero():
    positive = np.array([0.5, 2.0]).reshape(1, 1, 2)
    heatmap = map_grid(positive).data[0]
    assert (heatmap.zmin, heatmap.zmax, [color for _, color in heatmap.colorscale]) == (0, 2, SEQUENTIAL)
    heatmap = map_grid(positive - 1.5).data[0]
    assert (heatmap.zmin, heatmap.zmax, [color for _, color in heatmap.colorscale]) == (-1, 1, DIVERGING)
    assert heatmap.colorbar.title.text == "value"
    assert heatmap.showscale is not False


def test_the_scale_can_be_asked_for():
    assert color_range(np.array([1.0, 4.0]), signed=True)[:2] == (-4, 4)
    assert color_range(np.array([-8.0, 4.0]), signed=False)[:2] == (0, 8)


@pytest.mark.parametrize("values", [np.zeros((3, 4, 2)), np.full((3, 4, 2), np.nan)])
def test_maps_without_anything_in_them_have_a_scale_of_0_to_1(values):
    heatmap = map_grid(values).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (0, 1)


def test_each_map_has_its_number_above_it():
    labels = map_grid(maps_of(5, 4, 3)).layout.annotations
    assert [label.text for label in labels] == ["1", "2", "3"]
    assert labels[0].x < labels[1].x < labels[2].x


def test_only_the_first_64_maps_are_drawn():
    fig = map_grid(maps_of(2, 3, 100))
    assert max(number for number, _, _ in cells(fig)) == 64
    assert len(fig.layout.annotations) == 64


def test_very_large_maps_show_every_nth_pixel_under_its_own_row_and_column():
    values = maps_of(300, 200, 16)
    found = cells(map_grid(values))
    assert MAX_CELLS / 2 < len(found) <= MAX_CELLS
    assert all(value == values[r - 1, c - 1, k - 1] for (k, r, c), value in list(found.items())[::997])
    assert {r % 2 for _, r, _ in found} == {1}  # rows 1, 3, 5 ...


def test_values_that_are_no_numbers_are_gaps():
    values = np.array([np.inf, np.nan, 3.0, -1.0]).reshape(2, 2, 1)
    fig = map_grid(values)
    assert cells(fig) == {(1, 2, 1): 3.0, (1, 2, 2): -1.0}
    assert fig.data[0].zmax == 3


def test_a_vector_is_drawn_as_bars_coloured_around_zero():
    fig = vector_bars(np.array([0.5, -2.0, 1.0], np.float32))
    bars = fig.data[0]
    assert list(bars.x) == [1, 2, 3]
    assert list(bars.y) == [0.5, -2.0, 1.0]
    assert (bars.marker.cmin, bars.marker.cmax) == (-2, 2)
    assert fig.layout.xaxis.title.text == "unit"


def test_bars_of_the_layer_that_answers_have_the_names_of_the_classes():
    fig = vector_bars(np.array([0.1, 0.7, 0.2]), ["0", "1", "<b>2</b>"])
    assert fig.layout.xaxis.title.text == "class"
    assert list(fig.layout.xaxis.ticktext)[:2] == ["0", "1"]
    assert "<b>" not in fig.layout.xaxis.ticktext[2]
    assert list(fig.data[0].customdata)[:2] == ["0", "1"]
    assert vector_bars(np.ones(3), ["cat"]).layout.xaxis.title.text == "unit", "they are names of something else"


def test_of_many_classes_some_are_named_at_the_axis_and_all_where_the_mouse_is():
    names = [f"class {i}" for i in range(100)]
    fig = vector_bars(np.ones(100), names)
    assert list(fig.layout.xaxis.ticktext) == names[::5]
    assert list(fig.data[0].customdata) == names


def test_a_very_long_vector_is_cut_off_and_says_so():
    fig = vector_bars(np.ones(5000))
    assert len(fig.data[0].y) == MAX_UNITS
    assert fig.layout.xaxis.title.text == "unit (the first 2,048 of 5,000)"


def test_maps_are_told_in_a_sentence():
    values = np.zeros((4, 6, 3))
    values[1, 2, 0], values[0, 0, 2] = 2.5, -0.5
    assert describe_maps(values) == "3 maps of 4 by 6 pixels, values from -0.5 to 2.5, 1 of them zero everywhere."
    assert describe_maps(np.ones((2, 2, 70))).startswith("70 maps of 2 by 2 pixels (the first 64 are shown)")
    assert describe_maps(np.array([0.0, 1.0, 0.0])) == "3 units, values from 0 to 1, 2 of them zero."
    assert "no finite value" in describe_maps(np.full((2, 2, 1), np.nan))
