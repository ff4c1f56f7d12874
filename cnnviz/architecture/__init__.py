"""A net as data: its spec, what it costs, presets, moves on it, differences, pictures, links and code.

Pure: standard library and pydantic only (`estimate` takes SciPy where it fits, inside the function).
Nothing here imports Keras, so the UI process may import all of it; every function returns data and
raises `cnnviz.errors`. Start reading at `kinds` and `spec` (what a net is), then `rules` (what one
layer does), `graph` (how blocks are taken apart into steps) and `analysis` (what the net costs);
everything else is made of these.
"""
