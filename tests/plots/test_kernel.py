"""Kernels and maps in a row."""

import numpy as np

from cnnviz.plots.kernel import describe_kernels_of, describe_maps_of, named_row
from cnnviz.plots.style import DIVERGING, SEQUENTIAL

PAIR = np.array([[[-1, 0, 1.5], [-2, 0, 0.5]], [[0, 4, 0], [1, 0, 0]]])


def test_a_row_has_one_scale_one_thin_bar_and_a_name_above_each() -> None:
    fig = named_row(PAIR, ["As trained", "With yours"])
    (heatmap,) = fig.data
    assert (heatmap.zmin, heatmap.zmax) == (-4, 4)
    assert [color for _, color in heatmap.colorscale] == DIVERGING
    assert heatmap.colorbar.thickness <= 6
    assert [note.text for note in fig.layout.annotations] == ["As trained", "With yours"]
    shown = heatmap.z[-2:]  # below the names
    np.testing.assert_array_equal(shown[:, :3], PAIR[0])
    np.testing.assert_array_equal(shown[:, -3:], PAIR[1])


def test_without_a_negative_value_it_begins_at_zero_unless_it_is_signed_by_its_nature() -> None:
    assert [color for _, color in named_row(abs(PAIR), ["a", "b"]).data[0].colorscale] == SEQUENTIAL
    assert [color for _, color in named_row(abs(PAIR), ["a", "b"], signed=True).data[0].colorscale] == DIVERGING


def test_what_is_seen_is_told_in_a_sentence() -> None:
    assert describe_maps_of(PAIR[:1], ["as trained"]) == (
        "Maps of 2 by 3 values: as trained, from -2 to 1.5, -0.167 on average."
    )
    assert describe_kernels_of(PAIR, ["yours", "filter 2"]) == (
        "Kernels of 2 by 3 weights, row by row. yours: -1, 0, 1.5; -2, 0, 0.5. filter 2: 0, 4, 0; 1, 0, 0."
    )
