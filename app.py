"""Entry point: `streamlit run app.py`.

`st.App` starts the workers with the server, before the first visitor, and runs cnnviz/ui/app/main.py for
each visit. Because that script has no `pages` folder beside it, Streamlit never runs a page without it.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from cnnviz.settings import read_settings
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import show_unexpected
from cnnviz.ui.app.sessions import lifespan
from cnnviz.web import nets, old_links, samples
from cnnviz.web.live.route import live_route
from cnnviz.web.page_scripts import PageScripts
from cnnviz.web.security_headers import SecurityHeaders
from cnnviz.web.visitor_cookie import VisitorCookie

SCRIPTS = sorted((Path(__file__).parent / "assets" / "scripts").glob("*.js"))

frame_ancestors = read_settings("frame_ancestors").frame_ancestors

app = st.App(
    "cnnviz/ui/app/main.py",
    lifespan=lifespan,
    routes=[nets.route, samples.route, live_route(services.engine), *old_links.routes],
    middleware=[
        Middleware(SecurityHeaders, frame_ancestors=frame_ancestors),
        Middleware(VisitorCookie, is_embedded=frame_ancestors not in ("'self'", "'none'")),
        Middleware(PageScripts, scripts=SCRIPTS),
    ],
    on_script_error=show_unexpected,
)
