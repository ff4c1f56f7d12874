"""Parts of the Images page."""
