import numpy as np
import pytest
from sklearn.manifold import TSNE

from cnnviz.inspection.tsne import STEPS, begin_tsne, descend

RNG = np.random.default_rng(5)
FEATURES = (RNG.normal(size=(30, 12)) + 9 * np.eye(3, 12)[np.repeat([0, 1, 2], 10)]).astype(np.float32)


@pytest.mark.parametrize(("dimensions", "seconds"), [(2, 0.0), (3, 600.0)])
def test_the_points_are_those_of_scikit_learn_in_many_parts_and_in_one(dimensions: int, seconds: float) -> None:
    oracle = TSNE(dimensions, perplexity=8, random_state=3, init="pca").fit_transform(FEATURES)
    state, shares = begin_tsne(FEATURES, dimensions, seed=3, perplexity=8), []
    while not state.is_done:
        state = descend(state, seconds)
        shares.append(state.share)
    assert np.array_equal(state.points, oracle)
    assert len(shares) == 1 if seconds else len(shares) > 400
    assert shares == sorted(shares)
    assert shares[-1] == 1


def test_points_that_cannot_come_closer_end_sooner() -> None:
    corners = np.eye(5, dtype=np.float32)
    state = descend(begin_tsne(corners, 2, seed=0, perplexity=1), 600)
    assert state.is_done
    assert state.num_steps < STEPS
    assert np.array_equal(state.points, TSNE(2, perplexity=1, init="pca", random_state=0).fit_transform(corners))
