"""The inputs that made trouble, where they lie on this machine: each is used, or refused in a sentence."""

from pathlib import Path

import pytest

from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.errors import InvalidDataset, InvalidModel
from tests.shared_data import shared

REFUSED_ZIPS = {
    "zip-deep-wrappers-2000.zip": "too deeply",
    "zip-40-pngs-of-40-megapixels.zip": "too large together",
}
REFUSED_NETS = {
    "keras-dense-10-million-units.keras": "at most 100,000,000 parameters",
    "keras-any-size-flatten.keras": "No picture goes through this net",
}
NETS = {"none_none_3.keras": 5, "rgba_4.keras": 3, "quickstart_28x28.keras": 10, "scaled_outside.keras": 10}


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


@pytest.mark.parametrize("name", REFUSED_NETS)
def test_a_net_that_costs_too_much_or_fits_no_picture_is_refused(name: str) -> None:
    from cnnviz.models.files import model_from_bytes

    with pytest.raises(InvalidModel, match=REFUSED_NETS[name]):
        model_from_bytes(case(f"reliability/{name}").read_bytes())


def test_an_older_keras_file_is_named_with_what_to_do() -> None:
    from cnnviz.models.files import model_from_bytes

    with pytest.raises(InvalidModel, match=r"HDF5 \(\.h5\).*model\.save\('model\.keras'\)"):
        model_from_bytes(case("nets/scaled_outside.h5").read_bytes())


@pytest.mark.parametrize("name", NETS)
def test_a_net_that_can_be_answered_is(name: str) -> None:
    import numpy as np

    from cnnviz.evaluation.predict import predict_probabilities
    from cnnviz.models.files import model_from_bytes
    from cnnviz.models.input_form import picture_shape

    model = model_from_bytes(case(f"nets/{name}").read_bytes())
    images = np.full((2, *picture_shape(model)), 200, np.uint8)
    assert predict_probabilities(model, images).shape == (2, NETS[name])
