"""A net as data: its spec, what it costs, presets, sliders, links and Keras code.

Pure: standard library and pydantic only. Nothing here imports Keras, so the UI process may import
all of it; every function returns data and raises `cnnviz.errors`. Start reading at `spec`, then
`rules` (what one layer does) and `analysis` (what the net does).
"""
