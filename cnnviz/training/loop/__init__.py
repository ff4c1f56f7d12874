"""One training, on a worker: `run.train` is the way in.

Imports Keras, but for `job`, `control`, `schedule` and `split`: the server knows the first three.
"""
