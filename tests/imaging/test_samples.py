"""The sample photos."""

import socket

import numpy as np
import pytest

from cnnviz.errors import UnknownName
from cnnviz.imaging.samples import SAMPLES, load_sample


@pytest.mark.parametrize("name", SAMPLES)
def test_every_sample_is_a_photo_that_needs_no_network(name, monkeypatch):
    def refuse(*args, **kwargs):
        raise AssertionError("a sample was fetched from the network")

    monkeypatch.setattr(socket.socket, "connect", refuse)
    load_sample.cache_clear()
    image = load_sample(name)
    assert image.dtype == np.uint8
    assert image.ndim == 3
    assert image.shape[2] == 3
    assert 128 <= max(image.shape) <= 512
    assert image.std() > 10
    assert not image.flags.writeable
    assert SAMPLES[name].name == name
    assert SAMPLES[name].title
    assert len(SAMPLES[name].alt) > 20


def test_the_cat_is_there_in_its_own_size():
    assert load_sample("chelsea").shape == (300, 451, 3)


def test_a_larger_photo_keeps_its_proportions():
    assert load_sample("coffee").shape == (341, 512, 3)


def test_a_sample_is_loaded_once():
    assert load_sample("camera") is load_sample("camera")


@pytest.mark.parametrize("name", ["dog", "", "download_all", "../chelsea"])
def test_an_unknown_sample_is_refused_with_the_known_ones(name):
    with pytest.raises(UnknownName, match="astronaut, brick, camera, chelsea"):
        load_sample(name)
