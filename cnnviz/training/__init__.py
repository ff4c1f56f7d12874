"""Training a net: settings (`config`), what a training tells of itself (`events`), and what runs on a worker (`loop`).

`loop.run.train` is given an `emit` function and a `Control`, so that it knows neither Dask nor the pages.
"""
