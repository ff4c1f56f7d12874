"""What the live panel of a run is told, by a WebSocket beside Streamlit's own; a run is read once for all who look."""
