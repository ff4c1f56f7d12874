"""What all trainings of a sweep begin with: the visitor's net, a recipe, a preset, or a run."""

from dataclasses import dataclass

import streamlit as st

from cnnviz.architecture.presets.catalogue import PRESETS
from cnnviz.architecture.spec import Architecture
from cnnviz.datasets.dataset import DatasetInfo
from cnnviz.datasets.permitted import require_usable
from cnnviz.datasets.registry import describe
from cnnviz.errors import UnknownName
from cnnviz.runs.records import Run
from cnnviz.text.markup import as_markdown
from cnnviz.text.units import count_text
from cnnviz.training.config import MOST_OFFERED, OPTIMIZERS, TrainingConfig, load_options, make_config
from cnnviz.training.recipes import RECIPES
from cnnviz.training.sweep_settings import value_text
from cnnviz.ui.app import services
from cnnviz.ui.inputs.run_picker import distinct_labels, title
from cnnviz.ui.session.current_net import current_net
from cnnviz.ui.session.training_settings import kept_config, kept_training
from cnnviz.ui.session.visitor import current_visitor, linked_run, listed_runs
from cnnviz.ui.shared.elements import KEPT, tell_words

BASE, LINKED = "sweep_base", "sweep_base_linked"
TRAINING, MINE, RECIPE, RUN = "training", "mine", "recipe:", "run:"
MAX_RUNS = 30
NO_MATTER = "Plan a sweep from another net."


@dataclass(frozen=True)
class Base:
    """A net and the settings that a sweep varies, with a key that is its own."""

    key: str
    architecture: Architecture
    config: TrainingConfig
    info: DatasetInfo


def choose_base(label: str = "Base", key: str = BASE) -> Base:
    """Let the visitor choose a net with its settings; `?run=` names a run in a link."""
    runs = _runs()
    net, training = current_net(), kept_training()
    titles = {
        **({TRAINING: f"As on the Training page: {training[0].name}"} if training and training[0] != net else {}),
        MINE: f"My net: {net.name}, of the Architecture page",
        **{f"{RECIPE}{name}": f"Fast recipe: {recipe.architecture.name}" for name, recipe in RECIPES.items()},
        **distinct_labels(runs, lambda run: f"Run: {title(run)}"),
        **{name: preset.title for name, preset in PRESETS.items()},
    }
    state = st.session_state
    linked = f"{RUN}{st.query_params.get('run', '')}"
    if key == BASE and linked in runs and state.get(LINKED) != linked:
        state[LINKED] = state[key] = linked
    state[key] = state.get(key) if state.get(key) in titles else next(iter(titles))
    tell_words(key, titles.values())
    chosen = st.selectbox(label, list(titles), format_func=titles.__getitem__, key=key)
    architecture, config = training if training and chosen == TRAINING else _net_and_config(chosen, runs, net)
    return Base(chosen, architecture, config, _info(architecture, config))


def _runs() -> dict[str, Run]:
    """Runs that can be trained again from scratch, by the key of their choice."""
    link = linked_run(NO_MATTER)
    found = [run for run in listed_runs() if not run.origin and run.config.fine_tuning is None and _is_usable(run)]
    kept = [run for run in found if run.status.has_model and (not run.sweep or run == link)][:MAX_RUNS]
    if link is not None and link not in kept and link in found:
        kept.append(link)
    return {f"{RUN}{run.id}": run for run in kept}


def _is_usable(run: Run) -> bool:
    """Whether its images are for this visitor to train on."""
    try:
        require_usable(run.config.dataset, current_visitor(), services.store().home)
    except UnknownName:
        return False
    return True


def _net_and_config(chosen: str, runs: dict[str, Run], net: Architecture) -> tuple[Architecture, TrainingConfig]:
    if chosen in runs:
        return runs[chosen].architecture, runs[chosen].config
    if chosen.startswith(RECIPE):
        recipe = RECIPES[chosen.removeprefix(RECIPE)]
        return recipe.architecture, recipe.config
    if chosen in PRESETS:
        preset = PRESETS[chosen]
        return preset.architecture, make_config({"dataset": preset.dataset, **preset.config})
    return net, kept_config(net)[0]


def _info(architecture: Architecture, config: TrainingConfig) -> DatasetInfo:
    return describe(config.dataset, **load_options(config, architecture.input_shape))


def choose_length(base: Base, varied: tuple[str, ...]) -> TrainingConfig:
    """Let the visitor shorten each training, and say how it is set; what is varied is not asked for."""
    fields: dict[str, object] = {}
    left, right = st.columns(2)
    if "epochs" not in varied:
        fields["epochs"] = left.number_input(
            "Epochs of each",
            1,
            MOST_OFFERED,
            min(base.config.epochs, MOST_OFFERED),
            key=f"sweep_epochs_{base.key}",
            **KEPT,
        )
    if "limit" not in varied:
        limit = right.number_input(
            "Training images",
            10,
            max(10, base.info.num_train),
            _limit(base),
            key=f"sweep_limit_{base.key}",
            placeholder="all",
            help=f"At most so many of {base.info.num_train:,}; empty: all",
            **KEPT,
        )
        fields["limit"] = limit
    config = make_config({**base.config.model_dump(), **fields})
    st.caption(_settings_text(base, config, varied))
    return config


def _limit(base: Base) -> int | None:
    limit = base.config.limit
    return limit if limit is not None and limit < base.info.num_train else None


def _settings_text(base: Base, config: TrainingConfig, varied: tuple[str, ...]) -> str:
    """Images and the settings that stay, in a line."""
    rate = f"{OPTIMIZERS[config.optimizer]} {value_text('learning_rate', config.learning_rate)}"
    kept = {
        "optimizer": rate if "learning_rate" not in varied else OPTIMIZERS[config.optimizer],
        "batch_size": f"batch {config.batch_size}",
    }
    said = ", ".join(text for name, text in kept.items() if name not in varied)
    images = f"{as_markdown(base.info.title)}, tested on {count_text(base.info.num_test, 'image')}"
    download = " They are downloaded at their first use." if base.info.needs_download else ""
    return f"Images: {images}.{download} {f'The rest as it is: {said}.' if said else ''}".strip()
