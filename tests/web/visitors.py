"""Who asks the routes for something: the owner of a run, with the secret of its browser, and somebody else."""

from cnnviz.access.visitor import Visitor, new_secret, visitor_with_secret

SECRET = new_secret()
OWNER, STRANGER = visitor_with_secret(SECRET), Visitor("somebody-else")
