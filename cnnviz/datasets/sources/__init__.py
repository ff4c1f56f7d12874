"""Where images come from: built in, downloaded by Keras, folders, zips, uploads."""
