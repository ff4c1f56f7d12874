"""The HTTP side of the server: middleware beside Streamlit's own. No Streamlit, no Keras."""
