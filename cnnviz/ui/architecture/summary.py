"""One line on what the net costs that stays in sight on a phone; wider screens have the figures beside the controls."""

from pathlib import Path

import streamlit as st

from cnnviz.architecture.analysis.analyze import Analysis

STYLE = (Path(__file__).parents[3] / "assets" / "style" / "net_summary.css").read_text("utf-8")


def show_summary(analysis: Analysis | None, before: Analysis | None) -> None:
    """Parameters and multiply-adds, with the difference to before the last move."""
    theme = "dark" if st.context.theme.type == "dark" else "light"
    # the style in the same piece, so that wide screens never show the line before it is there
    st.html(f'<div class="net-summary {theme}">{summary_line(analysis, before)}</div><style>{STYLE}</style>')


def summary_line(analysis: Analysis | None, before: Analysis | None) -> str:
    """HTML of the line; numbers and fixed words only."""
    if analysis is None:
        return '<b class="more">This net is impossible:</b> see below why.'
    totals, old = analysis.totals, (before or analysis).totals
    figures = (("parameters", totals.params, old.params), ("MACs", totals.macs, old.macs))
    return " · ".join(_figure(*figure) for figure in figures)


def _figure(name: str, value: int, before: int) -> str:
    change = value - before
    kind = "more" if change > 0 else "less"
    return f"<b>{value:,}</b> {name}" + (f' <span class="{kind}">{change:+,}</span>' if change else "")
