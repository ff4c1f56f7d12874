"""Kernels: nine numbers of your own over any picture."""

from cnnviz.ui.app.page_frame import header
from cnnviz.ui.components.kernel_lab import kernel_lab
from cnnviz.ui.kernels.picture import chosen_picture, samples, take_drawing, take_source, take_upload
from cnnviz.ui.kernels.put_in import offer_trained_net
from cnnviz.ui.kernels.sections import remember, show_code, starting_settings

header("Kernels", "A kernel is a small grid of numbers. Slid over a picture, it multiplies, adds up: a new picture.")

picture = chosen_picture()
takers = {"source": take_source, "drawing": take_drawing, "upload": take_upload}
state = kernel_lab(picture, starting_settings(), samples=samples(), takers=takers)
remember(state.settings)
offer_trained_net(state.settings)
show_code(state, picture)
