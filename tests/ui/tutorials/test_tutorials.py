"""What the Tutorials page says of the presets, and the commands it shows."""

import re
import shlex

import pytest

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.cli.named_nets import config_of
from cnnviz.cli.parser import make_parser
from cnnviz.evaluation.accuracy import accuracy_interval
from cnnviz.ui.app.page_frame import PAGES
from cnnviz.ui.tutorials.catalogue import TUTORIALS
from cnnviz.ui.tutorials.nets import settings_text
from cnnviz.ui.tutorials.own_runs import command, own_config

OF_TUTORIALS = [preset for preset in PRESETS.values() if preset.tutorial]


def test_every_net_of_a_tutorial_stands_on_the_page() -> None:
    shown = [preset.name for tutorial in TUTORIALS.values() for preset in tutorial.presets]
    assert shown == [preset.name for preset in OF_TUTORIALS]


@pytest.mark.parametrize("preset", OF_TUTORIALS, ids=lambda preset: preset.name)
def test_every_command_is_understood_and_means_the_settings_of_its_preset(preset) -> None:
    python, flag, module, *arguments = shlex.split(command(preset))
    assert (python, flag, module) == ("python", "-m", "cnnviz")
    options = make_parser().parse_args(arguments)
    assert options.command == "train"
    assert PRESETS[options.preset] is preset
    assert config_of(options) == own_config(preset)


@pytest.mark.parametrize("tutorial", [one for one in TUTORIALS.values() if one.figures], ids=lambda one: one.key)
def test_every_number_of_the_table_is_one_that_was_printed_or_measured(tutorial) -> None:
    for preset in tutorial.presets:
        for figures, sentence in zip(tutorial.figures[preset.name], (preset.printed, preset.measured), strict=True):
            written = [float(number) for number in re.findall(r"\d+\.?\d*", sentence.partition("(")[0])]
            shares = [value for value in (figures.mse, figures.correlation) if value is not None]
            best = [] if figures.best_accuracy is None else [round(100 * figures.best_accuracy, 9)]
            assert {*shares, *best} <= set(written)


def test_what_is_said_of_chance_is_reckoned() -> None:
    low, high = accuracy_interval(0.68, 320)
    assert round(100 * (high - low) / 2) == 5
    assert "on 320 others" in OF_TUTORIALS[0].measured
    low, high = accuracy_interval(0.99, 10_000)
    assert round(100 * (high - low) / 2, 1) == 0.2


def test_every_link_leads_to_a_page_and_a_preset() -> None:
    for tutorial in TUTORIALS.values():
        for look in tutorial.looks:
            assert look.page in PAGES
            assert {look.query[name] for name in ("net", "run") if name in look.query} <= PRESETS.keys()


def test_the_settings_are_said_with_what_is_not_as_usual() -> None:
    assert settings_text(PRESETS["conv24-cats-dogs"]) == (
        "conv24-cats-dogs, 10 epochs of Cats and dogs, batch 64, Adam 0.0003, mean squared error, at most 4,096 images"
    )
    assert settings_text(PRESETS["conv64x2-cats-dogs"]).endswith(
        "changed at random (flip, rotation 15, zoom 0.2, shear 0.1, shift 0.1)"
    )
    assert settings_text(PRESETS["conv64-mnist"]).endswith("until 99.8\u202f% of the training images are right")
