"""From a net as data to a Keras model and back: building, saving, loading, and the device it runs on.

Purity: imports Keras, so only a worker (never the UI process) imports it. No plots, no widgets, no run store.
"""
