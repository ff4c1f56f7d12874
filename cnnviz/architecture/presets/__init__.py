"""The nets that can be chosen by name: the tutorials' and a gallery of ideas and failures. Pure."""
