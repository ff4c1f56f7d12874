"""Names of the files that pages offer to save: alike on all pages, and such as every system takes."""

import pytest

from cnnviz.ui.components.save_files import file_name


@pytest.mark.parametrize(
    ("parts", "name"),
    [
        (("lenet5", "layers"), "lenet5-layers.csv"),
        (("my net / two", "keras"), "my-net-two-keras.csv"),
        (("../..", "layers"), "net-layers.csv"),
        (("Größe 2",), "Größe-2.csv"),
        (("???", "1a2b"), "net-1a2b.csv"),
    ],
)
def test_a_file_is_named_after_its_net_with_hyphens(parts: tuple[str, ...], name: str) -> None:
    assert file_name(*parts, ending="csv") == name
