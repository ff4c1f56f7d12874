"""`python -m cnnviz`: the same engine as the pages, in a terminal."""
