"""A card for each net of a tutorial: what it is, how it is trained, and the buttons and the command that do it."""

from collections.abc import Sequence

import streamlit as st

from cnnviz.architecture.export.url import encode
from cnnviz.architecture.presets.catalogue import Preset
from cnnviz.plots.diagram.diagram import diagram_alt, thumbnail_svg
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text, percent_text
from cnnviz.training.config import Augmentation, TrainingConfig
from cnnviz.ui.app.page_frame import page
from cnnviz.ui.session.starting_net import NET
from cnnviz.ui.training.empty_stage import choice_text
from cnnviz.ui.training.form_values import fill_as
from cnnviz.ui.tutorials.catalogue import Tutorial
from cnnviz.ui.tutorials.own_runs import OwnRuns, command, our_command, own_config

CARD_WIDTH = 360  # pixels, at least
TRAIN_HELP = "Opens the Training page with this net, its images and exactly these settings; Start trains it"


def show_nets(tutorial: Tutorial, found: Sequence[OwnRuns]) -> None:
    """Draw a card for each net of a tutorial."""
    chosen = None
    with st.grid(min_column_width=CARD_WIDTH):
        for runs in found:
            chosen = _card(tutorial, runs) or chosen
    if chosen is not None:
        st.switch_page(page("training"))


def _card(tutorial: Tutorial, runs: OwnRuns) -> Preset | None:
    """Draw one, and give its preset if its training is asked for."""
    preset = runs.preset
    with st.container(border=True, height="stretch", gap="small"):
        st.markdown(f"**{as_markdown(preset.title)}**")
        st.image(thumbnail_svg(preset.architecture), alt=diagram_alt(preset.architecture))
        st.markdown(as_markdown(preset.summary))
        st.caption(as_markdown(settings_text(preset)))
        with st.container(horizontal=True, vertical_alignment="center"):
            is_chosen = st.button(
                "Train it so",
                icon=":material/play_circle:",
                key=f"tutorial_train_{preset.name}",
                help=TRAIN_HELP,
                on_click=fill_training,
                args=(preset,),
            )
            query = {"net": encode(preset.architecture)}
            st.page_link(page("architecture"), label="Open the net", icon=":material/account_tree:", query_params=query)
            if runs.best is not None:
                best = {"run": runs.best.id}
                st.page_link(page("training"), label="Best run here", icon=":material/history:", query_params=best)
        _show_commands(tutorial, preset)
    return preset if is_chosen else None


def _show_commands(tutorial: Tutorial, preset: Preset) -> None:
    ours = our_command(preset, tutorial)
    for words, line in (("As in the tutorial", command(preset)), ("As ours was measured", ours)):
        if line:
            with st.container(gap="xxsmall"):
                st.caption(words if ours else "As in the tutorial, and as ours was measured")
                st.code(line, language="bash", wrap_lines=True)


def fill_training(preset: Preset) -> None:
    """Fill the form of the Training page with a preset, its images and its settings."""
    fill_as(own_config(preset))
    st.session_state[NET] = preset.name


def settings_text(preset: Preset) -> str:
    """Write how a preset is trained: net, epochs, images, batch, optimizer, and what else is not as usual."""
    config = own_config(preset)
    return f"{choice_text(preset.architecture, config)}{''.join(f', {word}' for word in _more(config))}"


def _more(config: TrainingConfig) -> list[str]:
    said = ["mean squared error"] if config.loss == "mse" else []
    if config.limit:
        said.append(f"at most {count_text(config.limit, 'image')}")
    if config.augment:
        said.append(f"changed at random ({', '.join(_changes(config.augment))})")
    if config.target_accuracy:
        said.append(f"until {percent_text(config.target_accuracy, digits=1)} of the training images are right")
    return said


def _changes(augment: Augmentation) -> list[str]:
    """What is done to the images, as "rotation 15"."""
    values = augment.model_dump().items()
    return [name if value is True else f"{name} {value:g}" for name, value in values if value]
