"""What the curves of a training say, in words, with what to do about it. Pure."""
