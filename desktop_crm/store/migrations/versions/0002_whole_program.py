"""The second layout: what the tabs, the import and the laptop copies of the whole program need."""

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring a file of the first layout to the second."""
