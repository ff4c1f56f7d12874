import numpy as np
import pytest

from cnnviz.errors import InvalidKernel
from cnnviz.kernel_lab.similarity import most_similar

VERTICAL = np.array([[-1, 0, 1], [-1, 0, 1], [-1, 0, 1]])


def layer(*filters):
    """(3, 3, 2, filters): each filter split over two planes."""
    return np.stack([np.stack([0.25 * kernel, 0.75 * kernel], axis=-1) for kernel in filters], axis=-1)


def test_the_same_kernel_at_any_strength_is_the_most_similar_and_its_negative_the_least():
    ranked = most_similar(VERTICAL, layer(-VERTICAL, VERTICAL.T, 0.01 * VERTICAL, np.zeros((3, 3))), 4)
    assert [similar.index for similar in ranked] == [2, 1, 3, 0]
    assert [similar.cosine for similar in ranked] == pytest.approx([1, 0, 0, -1])
    np.testing.assert_allclose(ranked[0].matrix, 0.01 * VERTICAL, rtol=1e-6)


def test_a_cosine_by_hand():
    corner = np.zeros((3, 3))
    corner[0, 0] = 5
    assert most_similar(VERTICAL, layer(corner))[0].cosine == pytest.approx(-1 / 6**0.5)


@pytest.mark.parametrize(("kernel", "said"), [(np.ones((5, 5)), "3×3"), (np.zeros((3, 3)), "zeros")])
def test_what_cannot_be_compared_is_refused(kernel, said):
    with pytest.raises(InvalidKernel, match=said):
        most_similar(kernel, layer(VERTICAL))
