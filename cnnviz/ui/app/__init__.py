"""The frame around all pages: entry script, navigation, server, services."""
