"""Entry point: `streamlit run app.py`.

`st.App` starts the workers with the server, before the first visitor, and runs cnnviz/ui/main.py for
each visit. Because that script has no `pages` folder beside it, Streamlit never runs a page without it.
"""

from pathlib import Path

import streamlit as st
from starlette.middleware import Middleware

from cnnviz.settings import read_settings
from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import show_unexpected
from cnnviz.ui.app.sessions import lifespan
from cnnviz.web import fonts, nets, offered_files, old_links, samples
from cnnviz.web.live.route import live_route
from cnnviz.web.long_questions import question_routes
from cnnviz.web.page_head import PageHead
from cnnviz.web.security_headers import SecurityHeaders
from cnnviz.web.visitor_cookie import VisitorCookie

ASSETS = Path(__file__).parent / "assets"
SCRIPTS = sorted((ASSETS / "scripts").glob("*.js"))
STYLES = [ASSETS / "style" / name for name in ("typeface.css", "scale.css", "page_frame.css")]

frame_ancestors = read_settings("frame_ancestors").frame_ancestors

app = st.App(
    "cnnviz/ui/main.py",
    lifespan=lifespan,
    routes=[
        nets.route,
        offered_files.route,
        samples.route,
        fonts.route,
        live_route(services.engine),
        *question_routes(services.engine),
        *old_links.routes,
    ],
    middleware=[
        Middleware(SecurityHeaders, frame_ancestors=frame_ancestors),
        Middleware(VisitorCookie, is_embedded=frame_ancestors not in ("'self'", "'none'")),
        Middleware(PageHead, scripts=SCRIPTS, styles=STYLES, font=fonts.preload_tag(fonts.FIRST)),
    ],
    on_script_error=show_unexpected,
)
