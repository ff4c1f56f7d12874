"""Figures of canvases saved as files: the same cells, lines and names as on the screen."""

import io
import re
from collections.abc import Callable
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest
from PIL import Image
from playwright.sync_api import Locator, Page, expect

SVG = "{http://www.w3.org/2000/svg}"
CLASSES = ["ant & <b>", "bee", "cow"]
MATRIX = {
    "id": "run",
    "classes": CLASSES,
    "labels": CLASSES,
    "stops": [{"title": "Test images", "cells": [[0, 0, 40], [0, 2, 10], [1, 1, 19]], "epoch": 0, "kept": False}],
    "orders": {"class": [0, 1, 2], "error": [2, 0, 1], "cluster": [1, 0, 2]},
    "worst": [{"cell": [0, 2], "text": "ant taken for cow: 10 images"}],
    "cell": [0, 2],
}


def saved(page: Page, button: Locator) -> tuple[str, bytes]:
    """Name and content of the file that a button saves."""
    with page.expect_download() as download:
        button.click()
    return download.value.suggested_filename, download.value.path().read_bytes()


def texts(svg: bytes) -> list[str]:
    """All words of a drawing."""
    return [node.text or "" for node in ElementTree.fromstring(svg).iter(f"{SVG}text")]


@pytest.fixture
def matrix(give: Callable[[str, Any], Locator]) -> Locator:
    root = give("confusion_matrix", MATRIX)
    expect(root.get_by_role("status")).not_to_be_empty()
    return root


def test_the_matrix_is_saved_with_its_numbers_and_all_names(modules: Page, matrix: Locator) -> None:
    name, svg = saved(modules, matrix.get_by_role("button", name="(.svg)"))
    assert name == "confusion-matrix.svg"
    words = texts(svg)
    assert words[0] == "Confusion matrix. Test images, counts"
    assert {"40", "10", "19"} <= set(words)
    assert [words.count(one) for one in CLASSES] == [2, 2, 2]
    matrix.get_by_role("combobox", name="Order").select_option("error")
    _, svg = saved(modules, matrix.get_by_role("button", name="(.svg)"))
    assert [word for word in texts(svg) if word in CLASSES][::2] == ["cow", "ant & <b>", "bee"]


def test_a_png_shows_what_the_screen_shows(modules: Page, matrix: Locator) -> None:
    name, png = saved(modules, matrix.get_by_role("button", name="(.png)"))
    assert name == "confusion-matrix.png"
    picture = np.asarray(Image.open(io.BytesIO(png)).convert("RGB"))
    on_screen = matrix.locator("canvas").evaluate(
        """(canvas) => { const cell = canvas.width / 3;
        return [...canvas.getContext("2d").getImageData(2.85 * cell, 0.15 * cell, 1, 1).data].slice(0, 3); }"""
    )
    side = matrix.locator("canvas").evaluate("(canvas) => canvas.clientWidth")
    found = np.argwhere((picture == on_screen).all(axis=-1))
    assert len(found) > 0.5 * (2 * side / 3) ** 2, "the cell of the mistakes is as large as on the screen, twice"
    assert (picture[0, 0] == 255).all()


def test_the_curves_of_a_training_are_saved_below_each_other(
    modules: Page, give: Callable[[str, Any], Locator]
) -> None:
    about = {"name": "net", "epochs": 2, "classes": ["a", "b"], "planned": [[0, 0.1], [2, 0.1]]}
    epochs = [
        {
            "epoch": 1,
            "loss": 2.0,
            "accuracy": 0.25,
            "val_loss": 1.5,
            "val_accuracy": 0.3,
            "confusion": [[3, 1], [0, 4]],
        },
        {
            "epoch": 2,
            "loss": 0.5,
            "accuracy": 0.75,
            "val_loss": 1.75,
            "val_accuracy": 0.6,
            "confusion": [[3, 1], [2, 2]],
        },
    ]
    news = {
        "at": "a-1-0",
        "anew": True,
        "points": [[1, 2, 0.2, 0.1], [2, 1, 0.5, 0.1]],
        "epochs": epochs,
        "about": about,
    }
    root = give("live_run", {"run": "r", "url": "ws://components.test/none", "state": "finished", "own": True})
    root.evaluate("(root, news) => root.liveRun.hear(news)", news)
    root.get_by_role("button", name="confusion matrix").click()
    root.get_by_text("Options").click()
    name, svg = saved(modules, root.get_by_role("button", name="(.svg)"))
    assert name == "training.svg"
    words = texts(svg)
    assert [word for word in words if word in ("loss", "accuracy", "confusion matrix, validation, epoch 2")] == [
        "loss",
        "accuracy",
        "confusion matrix, validation, epoch 2",
    ]
    lines = [node.get("d") for node in ElementTree.fromstring(svg).iter(f"{SVG}path")]
    assert any(re.fullmatch(r"M[\d.]+ [\d.]+L[\d.]+ [\d.]+", line) for line in lines)
    assert not any("NaN" in line for line in lines)
    _, png = saved(modules, root.get_by_role("button", name="(.png)"))
    width, height = Image.open(io.BytesIO(png)).size
    box = ElementTree.fromstring(svg)
    assert (width, height) == (2 * float(box.get("width")), 2 * float(box.get("height")))
