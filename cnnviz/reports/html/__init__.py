"""A run, or several beside each other, as one HTML file that needs no network and no server.

`contents` collects what is known, `run_page` and `comparison_page` write it, `document` packs it with the components of
assets/components, which assets/reports puts in their places. Pure but for `contents`, which asks a worker for images
and for a net that no browser has asked for before.
"""
