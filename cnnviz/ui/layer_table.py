"""What a net costs, layer by layer."""

import streamlit as st

from cnnviz.architecture.analysis import Analysis

MIB = 2**20


def show_totals(analysis: Analysis) -> None:
    """Parameters, multiply-adds and memory of the whole net."""
    totals = analysis.totals
    with st.container(horizontal=True):
        st.metric("Parameters", f"{totals.params:,}", border=True)
        st.metric("Multiply-adds (MACs)", f"{totals.macs:,}", border=True)
        st.metric("Weights", f"{totals.weight_bytes / MIB:,.2f} MiB", border=True)
        st.metric("Maps of one image", f"{totals.memory_bytes / MIB:,.2f} MiB", border=True)


def show_layers(analysis: Analysis) -> None:
    """One row a layer."""
    rows = [
        {
            "Layer": layer.name,
            "Output": " x ".join(map(str, layer.output_shape)),
            "How the size comes about": layer.shape_formula,
            "Parameters": layer.params,
            "Parameters, written out": layer.params_formula,
            "MACs": layer.macs,
            "Receptive field": _field(layer.receptive_field),
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
            "Receptive field": st.column_config.TextColumn(help="Side of the input square that one value sees"),
        },
    )


def _field(side: int) -> str:
    return f"{side} x {side}"
