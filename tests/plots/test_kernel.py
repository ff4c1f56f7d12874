import numpy as np
import pytest

from cnnviz.plots.kernel import describe_kernel, kernel_heatmap
from cnnviz.plots.style import DIVERGING

EDGES = np.array([[-1, 0, 1.5], [-2, 0, 0.3333]])


def test_a_kernel_is_coloured_around_zero_with_its_numbers_in_the_cells():
    fig = kernel_heatmap(EDGES)
    heatmap, *texts = fig.data
    assert np.array_equal(heatmap.z, EDGES)
    assert (heatmap.zmin, heatmap.zmax) == (-2, 2)
    assert [color for _, color in heatmap.colorscale] == DIVERGING
    found = {place: t.text[place] for t in texts for place in np.ndindex(t.z.shape) if t.text[place]}
    assert found == {(0, 0): "-1", (0, 1): "0", (0, 2): "1.5", (1, 0): "-2", (1, 1): "0", (1, 2): "0.333"}
    assert tuple(fig.layout.yaxis.range) == (1.5, -0.5)
    assert tuple(fig.layout.xaxis.range) == (-0.5, 2.5)


def test_a_kernel_of_zeros_has_a_scale_too():
    heatmap = kernel_heatmap(np.zeros((3, 3))).data[0]
    assert (heatmap.zmin, heatmap.zmax) == (-1, 1)


@pytest.mark.parametrize("kernel", [EDGES, EDGES.tolist()])
def test_the_kernel_is_told_in_a_sentence(kernel):
    assert describe_kernel(kernel) == (
        "A kernel of 2 by 3 numbers, row by row: -1, 0, 1.5; -2, 0, 0.333; their sum is -1.17."
    )
