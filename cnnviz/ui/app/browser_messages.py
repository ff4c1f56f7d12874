"""What Streamlit's browser side says and hears, for those who play it without a browser."""

from streamlit.proto.BackMsg_pb2 import BackMsg
from streamlit.proto.ForwardMsg_pb2 import ForwardMsg


def rerun_message(page_name: str) -> bytes:
    """Ask for a run of the script of a page; "" is the first one."""
    message = BackMsg()
    message.rerun_script.page_name = page_name
    return message.SerializeToString()


def is_end_of_run(message: bytes) -> bool:
    """Whether a message from the server says that the script has run to its end."""
    return ForwardMsg.FromString(message).WhichOneof("type") == "script_finished"
