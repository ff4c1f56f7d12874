"""Where TensorFlow work goes: a Dask cluster, embedded in a child process or external.

`engine` is the side of the server, `tasks` what runs on a worker, `cluster` the child process,
`recorder` what turns events into rows of the run store. Nothing here imports keras at module level.
"""
