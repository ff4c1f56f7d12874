"""The HTTP side of the server: middleware and routes beside Streamlit's own. No Streamlit, no Keras."""
