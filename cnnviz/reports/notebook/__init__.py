"""A run as a notebook or a script of plain Keras: the same data, net, settings and seeds, without this program."""
