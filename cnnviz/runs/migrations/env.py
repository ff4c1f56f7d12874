"""What Alembic runs for an upgrade: the revisions, in the transaction of the connection that `upgrade` has opened."""

from alembic import context

context.configure(connection=context.config.attributes["connection"])
context.run_migrations()
