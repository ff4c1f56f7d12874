"""The Architecture page's parts: a list of layers to edit, what a net costs, its diagram, comparison and code.

All of it is computed in the server process from `cnnviz.architecture`; nothing here asks a worker.
Callbacks change the session's net (`cnnviz.ui.session.current_net`) before the page is drawn, so that each
part only reads it.
"""
