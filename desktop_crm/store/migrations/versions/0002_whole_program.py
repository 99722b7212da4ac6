"""The second layout: what the tabs, the import and the laptop copies of the whole program need."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    """Bring a file of the first layout to the second."""
    # a visit knows the equipment it looked after; a moved visit the day its rule gave
    op.execute("ALTER TABLE interaction ADD COLUMN equipment_id BLOB REFERENCES equipment (id)")
    op.execute("CREATE INDEX ix_interaction_equipment_id ON interaction (equipment_id)")
    op.execute("ALTER TABLE inspection_plan ADD COLUMN planned_on DATE")
    # a part of a payment plan may be due some days after its delivery or acceptance
    op.execute("ALTER TABLE instalment ADD COLUMN days INTEGER DEFAULT '0' NOT NULL")
