"""What needs no net: agreement in words, the epoch that stands for a share, the hand on pictures of another size."""

from typing import Any

import pytest
from playwright.sync_api import Page

DIGITS, PETS = ["1", "7", "9"], ["cat", "dog"]


def said(*names: str) -> list[dict[str, Any]]:
    return [
        {"letter": "ABCDEF"[at], "name": name, "classes": DIGITS if name in DIGITS else PETS}
        for at, name in enumerate(names)
    ]


@pytest.mark.parametrize(
    ("names", "label", "words"),
    [
        ((), None, ""),
        (("7",), "7", ""),
        (("7", "7"), None, "Both say 7."),
        (("7", "1"), "7", "It is 7. A says 7; B says 1."),
        (("7", "7", "7"), "1", "It is 1. All 3 say 7."),
        (("1", "7", "9", "7"), None, "B and D say 7; A says 1; C says 9."),
        (("1", "1", "7", "7", "7"), None, "C, D and E say 7; A and B say 1."),
        (("7", "7", "cat"), None, "Both say 7. C knows other classes."),
        (("7", "cat", "7", "dog"), None, "Both say 7. B and D know other classes."),
        (("7", "cat"), None, "These nets know different classes: look at them side by side, they cannot agree."),
    ],
)
def test_agreement_is_said_of_nets_that_share_classes(modules: Page, names: Any, label: Any, words: str) -> None:
    script = """async ([answers, label]) =>
        (await import("/compare_nets/agreement.js")).agreementText(answers, label ?? undefined)"""
    assert modules.evaluate(script, [said(*names), label]) == words


@pytest.mark.parametrize(
    ("names", "is_disputed"), [((), False), (("7", "7", "cat"), False), (("7", "1"), True), (("cat", "7"), False)]
)
def test_only_nets_that_share_classes_can_differ(modules: Page, names: Any, is_disputed: bool) -> None:
    script = "async (answers) => (await import('/compare_nets/agreement.js')).isDisputed(answers)"
    assert modules.evaluate(script, said(*names)) is is_disputed


EPOCHS = [{"epoch": epoch, "url": f"/{epoch}", "title": ""} for epoch in (1, 2, 5, 10)]
AS_ENDED = {"url": "/end", "title": "As it ended"}


@pytest.mark.parametrize(
    ("stops", "ended", "share", "at"),
    [
        (EPOCHS, "/10", 0, 0),
        (EPOCHS, "/10", 0.2, 1),
        (EPOCHS, "/10", 0.36, 2),
        (EPOCHS, "/10", 0.99, 3),
        (EPOCHS, "/10", 1, 3),
        (EPOCHS, "/5", 1, 2),  # early stopping went back to it
        (EPOCHS, "/5", 0.99, 3),
        ([*EPOCHS, AS_ENDED], "/end", 1, 4),
        ([*EPOCHS, AS_ENDED], "/end", 0.99, 3),
        ([AS_ENDED], "/end", 0.1, 0),
    ],
)
def test_the_nearest_kept_epoch_stands_for_a_share_of_the_training(
    modules: Page, stops: Any, ended: str, share: float, at: int
) -> None:
    script = "async (given) => (await import('/compare_nets/net_epochs.js')).stopAt(...given)"
    assert modules.evaluate(script, [stops, ended, share]) == at


def test_lengths_of_the_hand_are_parts_of_the_picture(modules: Page) -> None:
    script = "async (given) => (await import('/compare_nets/picture_forms.js')).scaledChanges(...given)"
    cover = {"top": 7, "left": -2, "side": 6, "grey": 0}
    settings = {"x": 3, "y": -4, "turn": 30, "scale": 2, "blur": 1, "cover": cover}
    found = modules.evaluate(script, [settings, [28, 28, 1], [56, 28, 3]])
    doubled = {"top": 14, "left": -2, "side": 6, "grey": 0}
    assert found == {"x": 3, "y": -8, "turn": 30, "scale": 2, "blur": 1, "cover": doubled}
    assert modules.evaluate(script, [{**settings, "cover": None}, [28, 28, 1], [28, 28, 1]])["cover"] is None
