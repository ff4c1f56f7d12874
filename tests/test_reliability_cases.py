"""The inputs that made trouble, where they lie on this machine: each is used, or refused in a sentence."""

from pathlib import Path

import pytest

from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.errors import InvalidDataset, InvalidModel
from cnnviz.models.read_model import read_model
from tests.shared_data import shared

REFUSED_ZIPS = {
    "zip-deep-wrappers-2000.zip": "too deeply",
    "zip-40-pngs-of-40-megapixels.zip": "too large together",
}


def case(name: str) -> Path:
    return shared(f"cases/{name}")


@pytest.mark.parametrize("name", REFUSED_ZIPS)
def test_a_zip_that_costs_too_much_is_refused(name: str) -> None:
    with pytest.raises(InvalidDataset, match=REFUSED_ZIPS[name]):
        load_images(case(f"reliability/{name}"))


def test_a_broken_picture_of_a_zip_is_listed() -> None:
    data = load_images(case("reliability/zip-lzma-broken.zip"))
    assert any("cannot be unpacked" in note for note in data.notes)


def test_class_names_that_are_markdown_are_only_names() -> None:
    info = describe_images(case("reliability/zip-markdown-class-names.zip"))
    assert len(info.classes) >= 2


def test_a_net_of_ten_million_units_is_refused() -> None:
    with pytest.raises(InvalidModel, match="at most 100,000,000"):
        read_model(case("reliability/keras-dense-10-million-units.keras").read_bytes())


def test_a_net_whose_dense_layer_fits_one_size_of_picture_that_nobody_names_is_refused() -> None:
    with pytest.raises(InvalidModel, match=r"No picture goes through this net.*Received: shape=\(75, 4\)"):
        read_model(case("reliability/keras-any-size-flatten.keras").read_bytes())
