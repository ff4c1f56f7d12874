"""Tutorials: five tutorials, what they printed, what was measured, and a way to make it again."""

from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.tutorials.parts import choose_tutorial, show_tutorial

header("Tutorials", "What five tutorials printed, what their nets reach here, and a button that makes it again.")

with errors_shown():
    show_tutorial(choose_tutorial())
