"""What the names in a folder or zip mean: parts, classes, what is left out. Hand-written trees."""

from collections.abc import Iterable

import pytest

from cnnviz.datasets.sources.layout import Layout
from cnnviz.datasets.sources.layout_reader import read_layout

Tree = dict[str, int]  # folder -> pictures in it


def tree(folders: Tree) -> list[str]:
    return [f"{folder}/{number}.png".lstrip("/") for folder, count in folders.items() for number in range(count)]


def counts(layout: Layout) -> dict[str, dict[str, int]]:
    return {part: dict(sorted(layout.counts(part).items())) for part in layout.parts}


def crossed(parts: Iterable[str], classes: Iterable[str], count: int = 3) -> Tree:
    return {f"{part}/{label}": count for part in parts for label in classes}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("train", "test"),
        ("Training_Images", "Test_Images"),
        ("trainset", "testset"),
        ("01-train", "02-test"),
        ("TrainData", "TestData"),
        ("data/seg_train/seg_train", "data/seg_test/seg_test"),
        ("animals_training", "animals_evaluation"),
        ("Lernen", "Prüfen"),
        ("Trainingsbilder", "Testbilder"),
        ("entraînement", "évaluation"),
        ("entrenamiento", "prueba"),
        ("datos de entrenamiento", "datos de prueba"),
        ("addestramento", "prova"),
        ("treino", "teste"),
        ("trainen", "toets"),
        ("zbiór uczący", "zbiór testowy"),
        ("eğitim", "sınama"),
        ("Обучающая выборка", "Тестовая выборка"),
        ("训练集", "测试集"),
        ("学習データ", "テストデータ"),
        ("X_train", "x_test"),
    ],
)
def test_parts_are_known_by_their_names_whatever_stands_around_them(train: str, test: str) -> None:
    layout = read_layout(tree(crossed([train], ["owl", "fox"], 4) | crossed([test], ["owl", "fox"], 2)))
    assert counts(layout) == {"train": {"fox": 4, "owl": 4}, "test": {"fox": 2, "owl": 2}}
    assert layout.left_out == ()


@pytest.mark.parametrize("name", ["val", "valid", "validation_set", "dev", "Validierung", "validación", "walidacja"])
def test_a_third_part_is_for_validation_and_that_is_said(name: str) -> None:
    layout = read_layout(tree(crossed(["train", name, "test"], ["owl", "fox"])))
    assert list(layout.parts) == ["train", "validation", "test"]
    assert any("validated on" in note for note in layout.notes)


@pytest.mark.parametrize("name", ["apmokymas", "oppiminen", "basis"])
def test_what_lies_beside_validation_and_test_with_their_classes_is_to_learn_from(name: str) -> None:
    layout = read_layout(tree(crossed([name], ["owl", "fox"], 5) | crossed(["validation", "test"], ["owl", "fox"], 2)))
    assert counts(layout)["train"] == {"fox": 5, "owl": 5}
    assert list(layout.parts) == ["train", "validation", "test"]


@pytest.mark.parametrize(
    ("known", "other", "learned", "tested"),
    [
        ("test", "basis", ("basis", 7), ("test", 3)),
        ("Validierung", "Grundstock", ("Grundstock", 6), ("Validierung", 4)),
        ("train", "unseen", ("train", 9), ("unseen", 2)),
    ],
)
def test_beside_one_part_a_folder_with_its_classes_is_the_other_where_sizes_say_so_and_that_is_asked(
    known: str, other: str, learned: tuple[str, int], tested: tuple[str, int]
) -> None:
    names = tree(
        crossed([learned[0]], ["owl", "fox", "bat"], learned[1]) | crossed([tested[0]], ["owl", "fox"], tested[1])
    )
    layout = read_layout(names)
    assert counts(layout) == {
        "train": dict.fromkeys(["bat", "fox", "owl"], learned[1]),
        "test": dict.fromkeys(["fox", "owl"], tested[1]),
    }
    assert layout.questions[0].startswith(f"{other} holds the same classes as {known}, and is taken for the part to ")
    as_classes = read_layout(names, roles=((known, "class"), (other, "class")))
    assert set(as_classes.classes) == {known, other}


def test_inside_of_a_part_nothing_is_taken_for_a_part_by_its_size() -> None:
    layout = read_layout(tree({"train/train/a": 2, "train/train/b": 2, "train/bus/a": 9, "train/bus/b": 9}))
    assert set(layout.classes) == {"train", "bus"}


@pytest.mark.parametrize(
    ("train", "test"),
    [
        ("apmaciba", "testesana"),
        ("Apmācības dati", "Testa dati"),
        ("treening", "testimine"),
        ("þjálfun", "prófun"),
        ("тренинг", "тестирање"),
        ("təlim", "sınaq"),
        ("പരിശീലനം", "പരിശോധന"),
        ("ტრენინგი", "ტესტი"),
    ],
)
def test_parts_are_known_in_further_languages(train: str, test: str) -> None:
    layout = read_layout(tree(crossed([train], ["owl", "fox"]) | crossed([test], ["owl", "fox"])))
    assert counts(layout) == {"train": {"fox": 3, "owl": 3}, "test": {"fox": 3, "owl": 3}}
    assert layout.questions == ()


def test_one_folder_of_pictures_beside_a_part_is_left_out_and_asked_about() -> None:
    layout = read_layout(tree({"train/fox": 5, "train/owl": 5, "bat": 5}))
    assert counts(layout) == {"train": {"fox": 5, "owl": 5}}
    assert layout.questions == ("Beside the parts lies bat, which is left out. If that is wrong, say what it is.",)


def test_a_validation_part_alone_is_tested_on_and_that_is_said() -> None:
    layout = read_layout(tree(crossed(["training", "validation"], ["owl", "fox"])))
    assert list(layout.parts) == ["train", "test"]
    assert layout.notes == ("There is no part for testing, so the validation part is used for it.",)


@pytest.mark.parametrize("name", ["train", "test", "Val", "training"])
def test_a_class_may_have_the_name_of_a_part(name: str) -> None:
    layout = read_layout(tree({"bus": 3, "ship": 3, name: 5}))
    assert counts(layout) == {"train": {"bus": 3, "ship": 3, name: 5}}


def test_a_class_called_train_lies_in_parts_as_well() -> None:
    layout = read_layout(tree(crossed(["train", "test"], ["bus", "train", "tram"])))
    assert layout.classes == ("bus", "train", "tram")
    assert set(layout.parts) == {"train", "test"}


def test_a_class_whose_name_begins_like_a_part_is_a_class() -> None:
    assert read_layout(tree({"train station": 3, "test tube": 3, "latest": 2})).classes == (
        "latest",
        "test tube",
        "train station",
    )


def test_parts_without_classes_are_no_classes() -> None:
    layout = read_layout(tree({"train": 5, "test": 5}))
    assert layout.classes == ()
    assert {str(left) for left in layout.left_out} == {
        "Left out 5 files, without a label in folder or name: train.",
        "Left out 5 files, without a label in folder or name: test.",
    }


def test_parts_may_lie_below_the_classes_or_stand_in_their_names() -> None:
    right = {"train": {"fox": 4, "owl": 4}, "test": {"fox": 2, "owl": 2}}
    below = {"fox/train": 4, "fox/test": 2, "owl/train": 4, "owl/test": 2}
    joined = {"train_fox": 4, "test_fox": 2, "train_owl": 4, "test_owl": 2}
    assert counts(read_layout(tree(below))) == right
    assert counts(read_layout(tree(joined))) == right


def test_a_test_part_without_labels_is_left_out_and_a_share_is_tested_on() -> None:
    layout = read_layout(tree({"train/fox": 4, "train/owl": 4, "test": 6}))
    assert counts(layout) == {"train": {"fox": 4, "owl": 4}}
    assert [len(left.names) for left in layout.left_out] == [6]


@pytest.mark.parametrize("copy", ["pets/pets", "pets/pets (1)", "pets/backup/deep"])
def test_a_copy_of_the_set_inside_itself_is_left_out(copy: str) -> None:
    one = crossed(["pets/train", "pets/test"], ["fox", "owl"])
    twice = one | {folder.replace("pets", copy, 1): count for folder, count in one.items()}
    layout = read_layout(tree(twice), same=lambda *_: True)
    assert counts(layout) == {"train": {"fox": 3, "owl": 3}, "test": {"fox": 3, "owl": 3}}
    assert [(left.reason, len(left.names)) for left in layout.left_out] == [("a copy of what lies beside", 12)]


def test_a_copy_is_one_by_its_bytes_not_by_its_names() -> None:
    folders = {"fox": 4, "owl": 4, "fox/fox": 4}
    assert counts(read_layout(tree(folders), same=lambda *_: True)) == {"train": {"fox": 4, "owl": 4}}
    assert counts(read_layout(tree(folders))) == {"train": {"fox": 8, "owl": 4}}


def test_two_copies_beside_each_other_are_one() -> None:
    folders = crossed(["pets", "pets copy"], ["fox", "owl"])
    assert counts(read_layout(tree(folders), same=lambda *_: True)) == {"train": {"fox": 3, "owl": 3}}


@pytest.mark.parametrize("stray", ["pets/cover.png", "cover.png", "pets/train/sheet.png"])
def test_a_single_picture_beside_the_folders_is_left_out(stray: str) -> None:
    layout = read_layout([*tree(crossed(["pets/train", "pets/test"], ["fox", "owl"])), stray])
    assert layout.classes == ("fox", "owl")
    assert [left.names for left in layout.left_out] == [(stray,)]


@pytest.mark.parametrize(
    ("first", "second"),
    [("Fox", "fox"), ("red fox", "red_fox"), ("Fox", "foxes"[:3] + "s"), ("fox ", "fox"), ("A\u0308ffchen", "Äffchen")],
)
def test_parts_may_write_a_class_a_little_differently(first: str, second: str) -> None:
    layout = read_layout(tree({f"train/{first}": 4, "train/owl": 4, f"test/{second}": 2, "test/owl": 2}))
    assert len(layout.classes) == 2
    assert [len(layout.counts(part)) for part in ("train", "test")] == [2, 2]


@pytest.mark.parametrize("hidden", ["\u200b", "\ufeff", "\u00ad"])
def test_names_that_look_alike_are_one_class(hidden: str) -> None:
    layout = read_layout(tree({"fox": 2, f"fox{hidden}": 3, "owl": 2}))
    assert counts(layout) == {"train": {"fox": 5, "owl": 2}}


def test_a_role_of_a_folder_that_is_not_there_is_said() -> None:
    pictures = tree({"fox": 2, "owl": 2})
    assert read_layout(pictures, roles=(("fox", "class"),)).notes == ()
    said = "There is no folder nosuch with pictures in it, so that it is 'class' changes nothing."
    assert read_layout(pictures, roles=(("nosuch", "class"),)).notes == (said,)


@pytest.mark.parametrize("pattern", ["{}A {}B", "{}_A {}_B", "{}-X {}-Y"])
def test_letters_behind_the_parts_are_the_classes(pattern: str) -> None:
    one, other = (pattern[: len(pattern) // 2], pattern[len(pattern) // 2 + 1 :])
    folders = [name.format(part) for part in ("train", "test") for name in (one, other)]
    found = counts(read_layout(tree(dict.fromkeys(folders, 3))))
    classes = dict.fromkeys((one[-1], other[-1]), 3)
    assert found == {"train": classes, "test": classes}


def test_small_and_capital_letters_are_two_classes() -> None:
    assert read_layout(tree({"a": 2, "A": 2, "b": 2, "B": 2})).classes == ("A", "a", "B", "b")


@pytest.mark.parametrize(
    "pattern", ["{}.{}.jpg", "{}_{}.png", "{}-{}", "{} {}.gif", "{} ({}).jpg", "{}{}.jpg", "{1}_{0}.jpg", "{}_{}_2.png"]
)
@pytest.mark.parametrize("labels", [("fox", "owl"), ("red fox", "barn owl"), ("grün", "blau")])
def test_labels_are_read_in_names_of_files(pattern: str, labels: tuple[str, str]) -> None:
    names = [pattern.format(label, number) for label in labels for number in range(1, 6)]
    assert counts(read_layout(names)) == {"train": dict.fromkeys(sorted(labels), 5)}


def test_a_number_at_the_end_of_a_label_belongs_to_it_where_labels_differ_in_nothing_else() -> None:
    names = [f"type_{kind}_{number}.png" for kind in (1, 2, 10) for number in range(3)]
    assert read_layout(names).classes == ("type_1", "type_2", "type_10")


@pytest.mark.parametrize("names", [["IMG_1.jpg", "IMG_2.jpg", "DSC_1.jpg", "DSC_2.jpg"], ["20240101_1.jpg"] * 2])
def test_what_cameras_call_pictures_is_no_label(names: list[str]) -> None:
    assert read_layout(names).classes == ()


def test_classes_stand_in_the_order_in_which_people_count() -> None:
    assert read_layout(tree({str(n): 1 for n in range(12)})).classes == tuple(map(str, range(12)))
    assert read_layout(tree(dict.fromkeys(["-5", "10", "-10", "0,5"], 1))).classes == ("-10", "-5", "0,5", "10")
    assert read_layout(tree(dict.fromkeys(["week 10", "week 9", "day 2"], 1))).classes == ("day 2", "week 9", "week 10")


def test_folders_that_hold_the_same_folders_are_asked_about() -> None:
    layout = read_layout(tree(crossed(["aaa", "bbb"], ["fox", "owl"])))
    assert layout.classes == ("aaa", "bbb")
    assert len(layout.questions) == 1
    assert "fox, owl" in layout.questions[0]


def test_what_a_person_says_comes_before_every_guess() -> None:
    names = tree(crossed(["aaa", "bbb"], ["fox", "owl"]) | {"ccc/fox": 1})
    said = read_layout(names, roles=(("aaa", "train"), ("bbb", "test"), ("ccc", "left out")))
    assert counts(said) == {"train": {"fox": 3, "owl": 3}, "test": {"fox": 3, "owl": 3}}
    assert [(left.reason, left.where) for left in said.left_out] == [("by your choice", "ccc")]
    one = read_layout(tree({"train": 3, "bus/a": 2, "bus/b": 2}), roles=(("bus", "look inside"), ("train", "class")))
    assert one.classes == ("a", "b", "train")


def test_a_class_without_usable_pictures_is_said_beside_the_classes() -> None:
    names = tree({"fox": 3, "owl": 3, "bat": 2, "cat": 1})
    unusable = frozenset(["bat/0.png", "bat/1.png", "cat/0.png", "fox/0.png"])
    layout = read_layout(names, unusable=unusable, empty=["cow"])
    assert counts(layout) == {"train": {"fox": 2, "owl": 3}}
    assert "bat is no class: none of its 2 files is a picture." in layout.notes
    assert "cat is no class: its only file is no picture." in layout.notes
    assert "Left out 1 folder, without a picture: cow." in map(str, layout.left_out)


def test_a_class_that_a_part_lacks_is_named() -> None:
    layout = read_layout(tree({"train/fox": 3, "train/owl": 3, "test/owl": 3, "test/bat": 4}))
    assert "No pictures to test on of fox." in layout.notes
    assert "Left out 4 files, of bat, a class without pictures to learn from: test/bat/0.png" in str(layout.left_out[0])


def test_a_class_called_train_may_hold_files_named_in_any_way() -> None:
    train = [f"train/{kind}_{number}.jpg" for kind in ("steam", "diesel") for number in range(3)]
    assert read_layout([*train, *tree({"bus": 4, "car": 4})]).classes == ("bus", "car", "train")


def test_another_state_of_the_set_inside_itself_is_no_class() -> None:
    layout = read_layout(tree({"fox": 4, "owl": 4, "old/fox": 9, "old/owl": 9}))
    assert layout.classes == ("fox", "owl")
    assert "old holds folders of the same names" in layout.questions[0]


def test_parts_in_the_names_of_files_are_parts_and_labels_keep_their_spelling() -> None:
    names = [f"{part}_Ähre_{n}.png" for part in ("train", "test") for n in range(3)]
    names += [f"{part}_Mohn_{n}.png" for part in ("train", "test") for n in range(3)]
    assert counts(read_layout(names)) == {"train": {"Mohn": 3, "Ähre": 3}, "test": {"Mohn": 3, "Ähre": 3}}
