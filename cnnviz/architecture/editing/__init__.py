"""Changes to a net: edit, undo, repair, adapt to other images, compare. Each returns a new net. Pure."""
