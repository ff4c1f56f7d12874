"""What Streamlit's browser side says and hears, for those who play it without a browser."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def rerun_request(page: str) -> BackMsg:
    """Ask for a run of the script of a page, by its file name."""
    message = BackMsg()
    message.rerun_script.page_name = "" if page == "home" else page
    return message


def read_message(received: bytes) -> ForwardMsg:
    """Read what the server has sent."""
    return ForwardMsg.FromString(received)


def is_last_of_run(message: ForwardMsg) -> bool:
    """Whether a message from the server says that the script has run to its end."""
    return message.WhichOneof("type") == "script_finished"
