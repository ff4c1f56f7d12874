"""Home: draw a digit and see a net look at it."""

from cnnviz.ui.app import services
from cnnviz.ui.app.page_frame import errors_shown, header
from cnnviz.ui.components.home_net import home_net
from cnnviz.ui.home.links import go_to, links_of
from cnnviz.ui.shared.answers import net_url

header(
    "See inside a neural network", "Draw a digit. A small net reads it while you draw, and you see all that it sees."
)

with errors_shown():
    run = services.home_run()
    go_to(home_net(net_url(run), run.id, links_of(run)))
