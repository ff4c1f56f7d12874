"""A net as data: its spec, what it costs, presets, edits, differences, links and code.

Pure: standard library and pydantic only, no Keras, so the server may import all of it; every function returns data and
raises `cnnviz.errors`. `spec` says what a net is, `layer_kinds` what is said and drawn of each kind of layer. In
`analysis`, `rules` computes one layer, `graph` takes blocks apart into steps, `analyze` sums up what the net costs.
"""
