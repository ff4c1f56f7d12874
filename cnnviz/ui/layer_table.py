"""What a net costs, layer by layer."""

import streamlit as st

from cnnviz.architecture.analysis import Analysis

MIB = 2**20


def show_totals(analysis: Analysis) -> None:
    """Parameters, multiply-adds and memory of the whole net."""
    totals = analysis.totals
    figures = {
        "Parameters": f"{totals.params:,}",
        "MACs (multiply-adds)": f"{totals.macs:,}",
        "Weights": f"{totals.weight_bytes / MIB:,.2f} MiB",
        "Maps of one image": f"{totals.memory_bytes / MIB:,.2f} MiB",
    }
    with st.container(horizontal=True):
        for label, figure in figures.items():
            with st.container(width="content", gap=None):
                st.caption(label)
                st.markdown(f"#### {figure}")


def show_layers(analysis: Analysis) -> None:
    """One row a layer."""
    rows = [
        {
            "Layer": layer.name,
            "Output": " x ".join(map(str, layer.output_shape)),
            "Parameters": layer.params,
            "MACs": layer.macs,
            "Sees": _field(layer.receptive_field),
            "How the size comes about": layer.shape_formula,
            "How the parameters add up": layer.params_formula,
        }
        for layer in analysis.layers
    ]
    st.dataframe(
        rows,
        hide_index=True,
        height="content",
        column_config={
            "Parameters": st.column_config.NumberColumn(format="localized"),
            "MACs": st.column_config.NumberColumn(format="localized", help="Multiplications with a following addition"),
            "Sees": st.column_config.TextColumn(help="Receptive field: the part of the input that one value sees"),
        },
    )


def _field(side: int) -> str:
    return f"{side} x {side}"
