"""Training a net: settings (`config`, pure), and what runs on a worker (`run`, `callbacks`, `checkpoint`).

`run` is given an `emit` function and a `Control`, so that it knows neither Dask nor the pages.
"""
