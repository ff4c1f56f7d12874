"""What a tutorial printed, beside what was measured here."""

import streamlit as st

from cnnviz.architecture.presets.catalogue import Preset, preset_of
from cnnviz.runs.records import Run


def show_preset_figures(preset: Preset) -> None:
    """What to expect of a preset before it is trained."""
    words = figures_text(preset)
    if words:
        st.caption(words)


def show_run_figures(run: Run) -> None:
    """Beside the figures of a run of a tutorial's net: what the tutorial printed."""
    preset = preset_of(run.architecture)
    words = figures_text(preset) if preset else ""
    if words:
        st.info(words, icon=":material/menu_book:")


def figures_text(preset: Preset) -> str:
    """Both figures in words; "" where the source gives none."""
    if not preset.printed:
        return ""
    source = "The tutorial printed" if preset.tutorial else "The source says"
    measured = f" **Measured with cnnviz:** {preset.measured}" if preset.measured else ""
    return f"**{source}:** {preset.printed}{measured}"
