"""The nets that a command names, with how they are trained: presets, the fast recipes of the Training page, files."""

import textwrap
from argparse import Namespace
from typing import Any

from cnnviz.architecture.analysis.analyze import analyze
from cnnviz.architecture.presets.catalogue import PRESETS, Preset
from cnnviz.architecture.spec import Architecture
from cnnviz.cli.answer import Answer, read_file, read_text
from cnnviz.cli.printing import MAX_CELL, table
from cnnviz.cli.training_options import parse_corrections, typed_settings
from cnnviz.datasets.catalogue import DATASETS
from cnnviz.errors import InvalidArchitecture, InvalidConfig, UnknownName
from cnnviz.training.config import TrainingConfig, make_config
from cnnviz.training.recipes import RECIPES, Recipe

FAST_GROUP = "Fast recipes"


def _as_preset(recipe: Recipe) -> Preset:
    config, dataset = recipe.config, recipe.config.dataset
    return Preset(
        name=recipe.architecture.name,
        title=f"Fast recipe: {recipe.architecture.name}",  # as the pages call it
        summary=f"The fast recipe for {DATASETS[dataset].title}: {recipe.reaches}",
        tutorial=None,
        dataset=dataset,
        architecture=recipe.architecture,
        config={name: getattr(config, name) for name in sorted(config.model_fields_set - {"dataset"})},
        printed="",
        group=FAST_GROUP,
        measured=recipe.reaches,
    )


_FAST = [_as_preset(recipe) for recipe in RECIPES.values()]

NAMED: dict[str, Preset] = PRESETS | {preset.name: preset for preset in _FAST}
"""What `--preset` takes: the presets, then the fast recipes by the names of their nets."""


def presets(_options: Namespace) -> Answer:
    """List what `--preset` takes."""
    rows = [
        {
            "name": preset.name,
            "title": preset.title,
            "tutorial": preset.tutorial,
            "dataset": preset.dataset,
            "params": analyze(preset.architecture).totals.params,
            "summary": preset.summary,
            "printed": preset.printed,
            "measured": preset.measured,
        }
        for preset in NAMED.values()
    ]
    lines = [line for row in rows for line in _lines(row)]
    return Answer({"presets": rows}, table(lines, ("name", "params", "dataset", "summary")))


def _lines(row: dict[str, Any]) -> list[dict[str, Any]]:
    """Rows of a table that say what there is of one preset, with all of its summary."""
    first, *more = textwrap.wrap(row["summary"], MAX_CELL, break_on_hyphens=False)
    return [{**row, "summary": first}, *({**dict.fromkeys(row, ""), "summary": line} for line in more)]


def net_of(options: Namespace) -> Architecture:
    """Net of a name or a file; raises UnknownName and InvalidArchitecture."""
    if options.preset:
        return _named(options.preset).architecture
    return Architecture.from_json(read_file(options.file, InvalidArchitecture))


def config_of(options: Namespace) -> TrainingConfig:
    """Settings of a training: those that belong to the name, overruled by what was given. Raises InvalidConfig."""
    preset = _named(options.preset) if options.preset else None
    fields: dict[str, Any] = {"dataset": preset.dataset, **preset.config} if preset else {}
    settings = {**fields, **typed_settings(vars(options))}
    if options.corrections is not None:
        settings["corrections"] = parse_corrections(read_text(options.corrections, InvalidConfig))
    return make_config(settings)


def _named(name: str) -> Preset:
    if name not in NAMED:
        raise UnknownName.among("preset", name, list(NAMED))
    return NAMED[name]
