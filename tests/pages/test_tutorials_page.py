"""The Tutorials page: its numbers, what this server has made of the nets, and the way to the Training page."""

import pytest

from cnnviz.access.visitor import OPERATOR
from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.cli.parser import make_parser
from cnnviz.runs.records import Status
from cnnviz.ui.session.training_settings import CONFIG
from cnnviz.ui.tutorials.own_runs import own_config

OF_TUTORIALS = [preset for preset in PRESETS.values() if preset.tutorial]


def _table(page) -> str:
    return next(
        one.proto.body for one in page.get("html") if "tutorial-table" in one.proto.body and "<table" in one.proto.body
    )


def test_the_nets_of_the_first_tutorial_stand_side_by_side(open_page) -> None:
    page = open_page("tutorials")
    assert not page.exception
    table = _table(page)
    assert table.count("<tr>") == 2 + 5
    for number in ("0.36", "0.152", "61\u202f%", "73\u202f%", "168.6"):
        assert number in table
    assert [code.value for code in page.code] == [
        f"python -m cnnviz train --preset {preset.name}{options}"
        for preset in OF_TUTORIALS
        if preset.tutorial == "T1"
        for options in ("", " --dataset cats-vs-dogs.zip --test-share 0.2")
    ], "the tutorial's training, and the one that ours was measured in"


@pytest.mark.parametrize("name", ["tutorial", "part", "view"])
def test_a_tutorial_that_there_is_not_is_said_and_taken_out_of_the_address(open_page, name: str) -> None:
    page = open_page("tutorials", **{name: "banana"})
    assert "Expected: T1, T2, T3, T4, T5. Received: banana." in page.warning[0].value
    assert not page.query_params
    assert not page.exception


def test_each_net_has_the_commands_that_make_the_figures_again_and_they_can_be_read(open_page) -> None:
    for tutorial, nums in (("T2", 2), ("T3", 2), ("T4", 1), ("T5", 3)):
        page = open_page("tutorials", tutorial=tutorial)
        assert not page.exception
        commands = [code.value for code in page.code]
        assert len(commands) == nums, tutorial
        for command in commands:
            options = make_parser().parse_args(command.split()[3:])
            assert options.preset in PRESETS
        said = " ".join(element.value for kind in (page.markdown, page.caption) for element in kind)
        assert "Our figures were measured on" in said
        assert ("The second command of a net made ours" in said) == (tutorial in ("T2", "T3"))


def test_what_a_tutorial_prints_in_words_and_the_parameters_stand_in_the_table(open_page) -> None:
    assert ">guessing<" in _table(open_page("tutorials", tutorial="T1"))
    assert "76.5\u202f%" in _table(open_page("tutorials", tutorial="T2"))
    assert "0.5125, 0.5000, 0.6050" in _table(open_page("tutorials", tutorial="T3"))
    assert "104,202" in _table(open_page("tutorials", tutorial="T4"))


def test_a_link_names_a_tutorial_and_rubbish_none(open_page) -> None:
    assert "67.09" in _table(open_page("tutorials", tutorial="T2"))
    page = open_page("tutorials", tutorial="T99")
    assert "0.36" in _table(page)
    assert "The link names a tutorial that does not exist, so another one is shown." in page.warning[0].value
    assert "tutorial" not in page.query_params


@pytest.mark.parametrize("preset", OF_TUTORIALS, ids=lambda preset: preset.name)
def test_the_button_opens_training_with_exactly_these_settings(open_page, preset) -> None:
    page = open_page("tutorials", tutorial=preset.tutorial)
    page = page.button(key=f"tutorial_train_{preset.name}").click().run()
    page = page.switch_page("../../pages/training.py").run()  # this client stays on the page that led there
    assert not page.exception
    assert page.session_state["training_net"] == preset.name
    assert page.session_state[CONFIG] == own_config(preset)


def test_runs_of_this_server_are_summed_up_over_their_seeds(open_page, engine) -> None:
    preset, store = PRESETS["conv32-64-cifar10"], engine.store
    runs = []
    for seed, accuracy in ((0, 0.66), (1, 0.68), (2, 0.70)):
        config = own_config(preset).model_copy(update={"seed": seed})
        runs.append(store.create(preset.architecture, config, owner=OPERATOR.id))
        store.update(runs[-1].id, status=Status.FINISHED, metrics={"accuracy": accuracy}, seconds=300.0)
    other = store.create(preset.architecture, own_config(preset).model_copy(update={"epochs": 3}), owner=OPERATOR.id)
    store.update(other.id, status=Status.FINISHED, metrics={"accuracy": 0.9}, seconds=30.0)
    table = _table(open_page("tutorials", tutorial="T2"))
    assert "68.0 ± 2.0\u202f%, 3 seeds, best 70.0\u202f%" in table
    assert ">10 s<" in table
    for run in runs:
        store.delete(run.id)
    assert "90.0\u202f% by other settings" in _table(open_page("tutorials", tutorial="T2"))
    store.delete(other.id)
    assert "not trained here yet" in _table(open_page("tutorials", tutorial="T2"))
