"""Keras as oracle of the net in the browser: every layer of random nets and of all presets, in each backend."""

import numpy as np
import pytest
from playwright.sync_api import Page

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture, Dense, Flatten
from tests.architecture.random_nets import random_net
from tests.js.nn.nets import (
    BACKENDS,
    difference,
    differences,
    in_doubles,
    keras_values,
    net_bytes,
    open_net,
    random_image,
    run_net,
    trained_model,
)

BAR = 1e-5  # of the layer's largest absolute value
NUM_NETS, AT_ONCE = 200, 10


def assert_keras_s(page: Page, architecture: Architecture, seed: int) -> None:
    """All values in all backends are Keras' within the bar.

    Where a layer is not, Keras itself has to be over a quarter of the bar from its own result in 64 bits, and the
    browser at most twice as far from that as Keras: layer norms of a small variance enlarge what was rounded before.
    Their own arithmetic is within 1.3e-6 of Keras' on the same input. Which nets need this depends on the processor
    that Keras rounds for: with oneDNN none (at most 7.7e-6), without it Keras alone is 9.1e-6 off in net 36.
    """
    model = trained_model(architecture, seed)
    image, net = random_image(model, seed), net_bytes(model, architecture)
    expected = keras_values(model, image)
    for backend in BACKENDS:
        open_net(page, net, backend)
        differences(page, np.zeros_like(image), expected)  # nothing of an earlier picture stays
        shares = differences(page, image, expected)
        assert set(shares) == {name for name in expected if not name.endswith(".stride")}
        if apart := {name: share for name, share in shares.items() if not share <= BAR}:
            found = run_net(page, image)
            exact = keras_values(in_doubles(model), image)
            own = {name: difference(expected[name], exact[name]) for name in apart}
            assert all(own[name] > BAR / 4 for name in apart), (backend, seed, apart, own)
            assert all(difference(found[name], exact[name]) <= 2 * own[name] for name in apart), (backend, apart, own)


@pytest.mark.parametrize("first", range(0, NUM_NETS, AT_ONCE))
def test_every_layer_of_random_nets_is_keras_s(modules: Page, first: int) -> None:
    for seed in range(first, first + AT_ONCE):
        assert_keras_s(modules, random_net(seed), seed)


@pytest.mark.parametrize("name", PRESETS)
def test_every_layer_of_a_preset_is_keras_s(modules: Page, name: str) -> None:
    assert_keras_s(modules, PRESETS[name].architecture, seed=1)


@pytest.mark.parametrize("backend", BACKENDS)
def test_sums_of_very_many_products_are_keras_s(modules: Page, backend: str) -> None:
    model = trained_model(architecture := Architecture(input_shape=(150, 150, 3), layers=(Flatten(), Dense(units=9))))
    open_net(modules, net_bytes(model, architecture), backend)
    image = random_image(model)
    shares = differences(modules, image, keras_values(model, image))
    assert {name: share for name, share in shares.items() if not share <= BAR} == {}
