"""The first released layout; files of it are created from the models."""

revision = "0001"
down_revision = None


def upgrade() -> None:
    """Nothing to do: every file of this layout was created whole."""
