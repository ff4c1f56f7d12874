"""Parts of the Tutorials page."""
