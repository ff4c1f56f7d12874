"""Long questions: each asks a worker in chunks, so that it can tell its progress and be left at any time.

One is a generator on the server that yields its share (0 to 1) between chunks and returns its answer; where that is
bytes, a line in `engine/long_questions.py` lets browsers ask it.
"""
