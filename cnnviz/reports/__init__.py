"""What a person takes along of a run: its files, and what is written about it. Runs on the server."""
