"""Which files are read: chance falls as it fell when earlier runs were scored, for these keep only positions."""

from cnnviz.datasets.sources.layout_reader import read_layout
from cnnviz.datasets.sources.listing import list_files
from cnnviz.datasets.statistics.overview import test_images as images_of
from tests.datasets.sources.test_layout import tree


def test_the_files_of_a_run_of_an_older_version_come_back_in_their_order() -> None:
    names = tree({"9": 4, "10": 4, "Fox": 4, "owl": 4})
    listing = list_files(read_layout(names), test_share=0.25, limit=None, seed=0)
    assert listing.classes == ("9", "10", "Fox", "owl")
    assert [file.name for file in listing.test] == ["10/3.png", "Fox/2.png", "9/3.png", "owl/2.png"]
    assert [file.name for file in listing.train[:4]] == ["9/0.png", "Fox/3.png", "owl/1.png", "Fox/0.png"]


def test_files_that_are_no_pictures_are_drawn_and_then_left_out() -> None:
    names = tree({"Fox": 8, "owl": 8})
    whole = list_files(read_layout(names), test_share=0.25, limit=None, seed=3)
    bad = whole.train[0].name
    fewer = list_files(read_layout(names, unusable=frozenset([bad])), test_share=0.25, limit=None, seed=3)
    assert fewer.test == whole.test
    assert fewer.train == whole.train[1:]


def test_images_that_are_not_there_any_more_are_told_apart() -> None:
    from cnnviz.datasets.registry import load_dataset

    images, labels = images_of(load_dataset("faces"), [0, 49, 50, 900])
    assert labels.tolist()[2:] == [-1, -1]
    assert images[:2].any(axis=(1, 2, 3)).all()
    assert not images[2:].any()
