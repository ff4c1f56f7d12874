"""Where Keras work goes: a Dask cluster, embedded in a child process or external; see README.md.

`engine` and `ask` are what pages and the command line use, `trainings` the side of the server, `workers` the wire,
`remote` what runs on a worker. Nothing here imports Keras at module level.
"""
