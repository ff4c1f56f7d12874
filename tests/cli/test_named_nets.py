"""Nets by name: what the Training page calls a fast recipe is trained alike by the command line."""

import json

import pytest

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.cli.named_nets import NAMED, config_of, net_of
from cnnviz.cli.parser import main, make_parser
from cnnviz.training.recipes import NAMED_NETS, RECIPES


@pytest.mark.parametrize("recipe", RECIPES.values(), ids=RECIPES)
def test_a_fast_recipe_has_the_name_of_its_net(recipe) -> None:
    options = make_parser().parse_args(["train", "--preset", recipe.architecture.name])
    assert net_of(options) == recipe.architecture
    assert config_of(options) == recipe.config


def test_what_is_given_overrules_a_recipe() -> None:
    options = make_parser().parse_args(["sweep", "--preset", "faces-fast", "--epochs", "2", "--set", "seed=0,1"])
    assert config_of(options) == RECIPES["faces"].config.model_copy(update={"epochs": 2})


def test_no_recipe_hides_a_preset() -> None:
    assert len(NAMED) == len(PRESETS) + len(RECIPES)
    assert {name: preset.architecture for name, preset in NAMED.items()} == NAMED_NETS, "a link knows the same names"


def test_presets_prints_every_summary_whole(capsys: pytest.CaptureFixture) -> None:
    assert main(["presets"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert max(map(len, lines)) < 150
    printed = " ".join(line[lines[0].index("summary") :] for line in lines)
    for preset in NAMED.values():
        assert preset.summary in printed


def test_presets_lists_the_recipes_with_what_they_reach(capsys: pytest.CaptureFixture) -> None:
    assert main(["presets", "--json"]) == 0
    rows = json.loads(capsys.readouterr().out.splitlines()[-1])["presets"]
    assert [row["name"] for row in rows] == [*PRESETS, *(recipe.architecture.name for recipe in RECIPES.values())]
    (fast,) = [row for row in rows if row["name"] == "digits-fast"]
    assert (fast["params"], fast["dataset"], fast["measured"]) == (43_530, "digits", RECIPES["digits"].reaches)


def test_an_unknown_name_is_answered_with_all_that_there_are(capsys: pytest.CaptureFixture) -> None:
    assert main(["analyze", "--preset", "digit-fast"]) == 2
    said = capsys.readouterr().err
    assert "digits-fast, digits-small" in said
