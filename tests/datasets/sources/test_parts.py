"""When a folder called train, test or the like is a part, and when it is a class; what an empty part means."""

import pytest

from cnnviz.datasets.sources.layout_reader import read_layout
from cnnviz.datasets.sources.part_names import PARTS, part_of
from cnnviz.datasets.sources.part_words import PART_WORDS
from tests.datasets.sources.test_layout import counts, crossed, tree

PETS = {"fox": 3, "owl": 3}


@pytest.mark.parametrize("language", PART_WORDS)
def test_the_words_of_each_language_mean_one_part(language: str) -> None:
    for part, words in zip(PARTS, PART_WORDS[language], strict=True):
        assert {part_of(word) for word in words.split()} <= {(part, "")}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("Lernmenge", "Prüfmenge"),
        ("Lernbilder", "Kontrollbilder"),
        ("Übungsset", "Prüf-Satz"),
        ("Trainingsdatensatz", "Testdatensatz"),
        ("train", "hold-out"),
        ("Train", "held out"),
        ("trainval", "test"),
        ("tr", "te"),
        ("pets_tr", "pets_te"),
        ("tr", "test"),
        ("pets", "pets-test-set"),
        ("प्रशिक्षण", "परीक्षण"),
        ("प्रशिक्षण डेटा", "टेस्ट डेटा"),
        ("tập huấn luyện", "tập kiểm tra"),
        ("skup za učenje", "skup za ispitivanje"),
        ("প্রশিক্ষণ", "পরীক্ষা"),
        ("ชุดฝึก", "ชุดทดสอบ"),
        ("بيانات التدريب", "بيانات الاختبار"),
        ("træningsdata", "testdata"),
        ("Εκπαίδευση", "Δοκιμή"),
    ],
)
def test_more_names_of_parts_are_known(train: str, test: str) -> None:
    layout = read_layout(tree(crossed([train], PETS, 4) | crossed([test], PETS, 2)))
    assert counts(layout) == {"train": {"fox": 4, "owl": 4}, "test": {"fox": 2, "owl": 2}}


def test_a_folder_for_control_beside_one_for_tests_is_validated_on() -> None:
    layout = read_layout(tree(crossed(["Lerndaten", "Kontrolldaten", "Prüfdaten"], PETS)))
    assert list(layout.parts) == ["train", "validation", "test"]


@pytest.mark.parametrize("folders", [["tr", "te"], ["tr", "te", "en"], ["te", "va", "ko"]])
def test_short_names_alone_are_classes(folders: list[str]) -> None:
    assert set(read_layout(tree(dict.fromkeys(folders, 4))).classes) == set(folders)
    deep = read_layout(tree(crossed([*folders, "fr"], ["print", "script"])))
    assert set(deep.classes) == {*folders, "fr"}


@pytest.mark.parametrize("named", ["train", "Test", "val"])
@pytest.mark.parametrize("others", [["tram"], ["tram", "boat"]])
def test_a_class_called_as_a_part_may_hold_the_folders_that_its_siblings_hold(named: str, others: list[str]) -> None:
    layout = read_layout(tree(crossed([named, *others], ["near", "far"])))
    assert counts(layout) == {"train": dict.fromkeys(sorted([named, *others]), 6)}
    assert "if they are parts, say which is which" in layout.questions[0]


def test_a_class_called_as_a_part_may_hold_folders_where_its_siblings_hold_pictures() -> None:
    layout = read_layout(tree({"train/steam": 4, "train/diesel": 4, "boat": 6, "tram": 7}))
    assert counts(layout) == {"train": {"boat": 6, "train": 8, "tram": 7}}
    assert layout.questions == ("train is taken for a class, with diesel, steam in it. If it is a part, say so.",)


def test_such_a_class_lies_in_parts_as_well() -> None:
    layout = read_layout(tree(crossed(["train/tram", "train/train", "test/tram", "test/train"], ["near", "far"])))
    assert counts(layout) == {part: {"train": 6, "tram": 6} for part in ("train", "test")}
    assert len(layout.questions) == 1


def test_a_part_alone_beside_a_few_other_pictures_is_one() -> None:
    layout = read_layout(tree({"train/fox": 30, "train/owl": 30, "logos": 2, "sketches": 3}))
    assert counts(layout) == {"train": {"fox": 30, "owl": 30}}
    assert layout.questions[0].startswith("Beside the parts lie logos, sketches, which are left out.")


ASIDE = "so the images to test on are taken from those to learn from."


@pytest.mark.parametrize(
    ("folders", "empty", "note"),
    [
        (crossed(["train"], PETS), "test", f"test holds no picture, {ASIDE}"),
        (PETS, "Testing", f"Testing holds no picture, {ASIDE}"),
        (crossed(["pets/train"], PETS), "pets/test", f"pets/test holds no picture, {ASIDE}"),
        (crossed(["train", "valid"], PETS), "test", "test holds no picture."),
        (
            crossed(["train", "test"], PETS),
            "val",
            "val holds no picture, so there is no part of its own to validate on.",
        ),
        (crossed(["train"], PETS) | {"test": 4}, "none", f"No picture in test can be used, {ASIDE}"),
    ],
)
def test_a_part_without_pictures_is_said_and_what_follows(folders: dict[str, int], empty: str, note: str) -> None:
    layout = read_layout(tree(folders), empty=[empty])
    assert layout.notes[0] == note
    assert set(layout.classes) == set(PETS)


def test_two_folders_of_one_part_are_said_to_be_one() -> None:
    layout = read_layout(tree(crossed(["train", "test", "holdout"], PETS)))
    assert "test, holdout are one part together, to test on." in layout.notes


def test_pictures_of_a_part_may_be_called_as_a_class_and_the_part() -> None:
    names = tree(crossed(["signs_train/signs_train"], PETS))
    names += [f"signs_test/signs_test/{label}_test.jpg" for label in PETS]
    assert counts(read_layout(names)) == {"train": {"fox": 3, "owl": 3}, "test": {"fox": 1, "owl": 1}}
