"""How long browsers, and what stands between, may keep what a route answers."""

from typing import Final

NO_STORE: Final = {"cache-control": "no-store"}
"""What holds for this moment, or for this visitor alone."""
FOR_EVER: Final = {"cache-control": "public, max-age=31536000, immutable"}
"""What has another address when it is another one."""
