"""Moves on a net: edit, undo, repair, adapt to other images, compare. Each gives a new net. Pure."""
