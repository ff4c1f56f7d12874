"""Architecture: stack layers and see what each one costs."""

import streamlit as st

from cnnviz.ui.app.page_frame import header
from cnnviz.ui.architecture.code_view import show_code
from cnnviz.ui.architecture.compare import show_comparison
from cnnviz.ui.architecture.diagram_view import show_diagram, show_in_words
from cnnviz.ui.architecture.layer_table import show_table
from cnnviz.ui.architecture.panel import choose_panel, is_shown_at_layer, show_panel, show_problem
from cnnviz.ui.architecture.receptive_field_view import show_field
from cnnviz.ui.architecture.state import STYLE, analysis_or_none, end_of_page, net_before, show_refusal, show_view
from cnnviz.ui.architecture.toolbar import show_toolbar
from cnnviz.ui.architecture.totals import show_totals
from cnnviz.ui.session.current_net import (
    carry_over,
    keep_in_link,
    keep_view_in_link,
    pinned_net,
    take_preset_from_link,
    take_view_from_link,
)

header("Architecture", "Move a slider and read off what the net costs. The address of this page keeps your net.")

st.html(STYLE)
take_preset_from_link()
view = show_view()
take_view_from_link()
with st.container(gap="xsmall", key="net_hero"):
    show_diagram(view)
    with st.container(gap="xsmall", key="net_said"):  # as high as the totals: what stands below does not move
        if view.analysis is not None:
            show_totals(view.net, view.analysis, analysis_or_none(net_before()), analysis_or_none(pinned_net()))
        if not is_shown_at_layer(view):
            show_problem(view)
    with st.container(horizontal=True, gap="small", vertical_alignment="center", key="net_tools"):
        panel = choose_panel()
        show_toolbar(view.analysis)
    show_refusal()
    show_panel(view, panel)

tabs = {
    "Layer by layer": show_table,
    "Receptive field": show_field,
    "Compare": show_comparison,
    "Code": show_code,
    "In words": show_in_words,
}
for tab, show in zip(st.tabs(list(tabs), key="net_tab", on_change="rerun"), tabs.values(), strict=True):
    if tab.open:
        with tab:
            show(view)
carry_over(view.net)
keep_in_link(view.net)
keep_view_in_link(view.net)
end_of_page()
