"""Which parts of an image made a net say what it says: methods that attribute a score to pixels, and their checks.

Light: `methods` (what there is, with its settings) and `results`. The others compute with Keras, on a worker.
"""
