from pathlib import Path

import numpy as np
import pytest

from cnnviz.datasets.dataset import class_names
from cnnviz.datasets.sources.folder import describe_images, load_images
from cnnviz.imaging.decode import encode_png
from cnnviz.text.markup import MAX_NAME


def test_names_of_any_language_and_with_any_mark_stay_as_they_are() -> None:
    names = ("Äpfel", "<b>bold", "![x](y)", "犬", "👩‍🌾", "x" * MAX_NAME)
    assert class_names(names) == names


def test_long_names_lose_their_middle_and_stay_different() -> None:
    alike = "Corn_(maize)___" + "x" * 60
    names = class_names((f"{alike}_healthy", f"{alike}_rust", "a" * 70, "a" * 71, "a" * 72))
    assert names[0] == f"{alike[:39]}…{'x' * 12}_healthy"
    assert len(set(names)) == 5
    assert max(map(len, names)) <= MAX_NAME


@pytest.mark.parametrize("letter", ["\n", "\x1b", "\u202e", "\u2067", "\u200f"])
def test_letters_that_hide_or_turn_others_are_left_out_of_a_name(letter: str, tmp_path: Path) -> None:
    for name in ("cat", f"do{letter}g"):
        (tmp_path / name).mkdir()
        for number in range(3):
            (tmp_path / name / f"{number}.png").write_bytes(encode_png(np.zeros((8, 8, 3), np.uint8)))
    assert describe_images(tmp_path).classes == ("cat", "dog")
    assert load_images(tmp_path).info.classes == ("cat", "dog")


def test_names_of_nothing_but_such_letters_and_names_that_become_alike_stay_apart() -> None:
    assert class_names(("\u202e", "dog", "do\u202eg")) == ("without a name", "dog", "dog… 3")
