"""From data to a plotly figure, and to one sentence that says the same.

Purity: every function is data -> `go.Figure` or data -> `str`, without side effects; no Keras, no Streamlit. The
colours are named once in `palette`.
"""
