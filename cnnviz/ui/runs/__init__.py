"""Parts that show a run, live or ended: Training and Runs pages."""
