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
    # a repeating follow-up that was moved goes on from the day its rule gave
    op.execute("ALTER TABLE follow_up ADD COLUMN planned_on DATE")
    op.execute("CREATE INDEX ix_follow_up_state_done_at ON follow_up (state, done_at, id)")
    # a part of a payment plan may be due some days after its delivery or acceptance
    op.execute("ALTER TABLE instalment ADD COLUMN days INTEGER DEFAULT '0' NOT NULL")
    # a customer that was merged into another one
    op.execute("ALTER TABLE customer ADD COLUMN merged_into_id BLOB REFERENCES customer (id)")
    op.execute("CREATE INDEX ix_customer_merged_into_id ON customer (merged_into_id)")
    # what the tabs would else have to add up every time they are shown
    op.execute(
        "CREATE TABLE shop_month (month DATE NOT NULL, orders INTEGER NOT NULL, revenue BIGINT NOT NULL,"
        " CONSTRAINT pk_shop_month PRIMARY KEY (month))"
    )
    op.execute(
        "CREATE TABLE order_to_accept (order_id BLOB NOT NULL, customer_id BLOB NOT NULL,"
        " CONSTRAINT pk_order_to_accept PRIMARY KEY (order_id),"
        " CONSTRAINT fk_order_to_accept_order_id FOREIGN KEY(order_id) REFERENCES customer_order (id)"
        " ON DELETE CASCADE, CONSTRAINT fk_order_to_accept_customer_id FOREIGN KEY(customer_id)"
        " REFERENCES customer (id) ON DELETE CASCADE)"
    )
    op.execute("CREATE INDEX ix_order_to_accept_customer_id ON order_to_accept (customer_id)")
    op.execute(
        "CREATE TABLE receivable (order_id BLOB NOT NULL, part INTEGER NOT NULL, customer_id BLOB NOT NULL,"
        " due_on DATE, home_balance BIGINT NOT NULL, CONSTRAINT pk_receivable PRIMARY KEY (order_id, part),"
        " CONSTRAINT fk_receivable_order_id FOREIGN KEY(order_id) REFERENCES customer_order (id) ON DELETE CASCADE,"
        " CONSTRAINT fk_receivable_customer_id FOREIGN KEY(customer_id) REFERENCES customer (id) ON DELETE CASCADE)"
    )
    op.execute("CREATE INDEX ix_receivable_due_on ON receivable (due_on, home_balance)")
    op.execute("CREATE INDEX ix_receivable_customer_id ON receivable (customer_id)")
    # without a day of the figures, opening the file makes all derived tables anew
    op.execute("DELETE FROM setting WHERE key = 'figures_as_of'")
    op.execute(
        "CREATE INDEX ix_customer_order_open ON customer_order (state, due_on, total, paid, delivery_state)"
        " WHERE state = 'open'"
    )
    # what of an order is invoiced, to find quickly those that are not
    op.execute("ALTER TABLE customer_order ADD COLUMN invoiced BIGINT DEFAULT '0' NOT NULL")
    op.execute(
        "UPDATE customer_order SET invoiced = sums.total FROM (SELECT order_id, sum(total) AS total"
        " FROM invoice_record WHERE voided_on IS NULL AND order_id IS NOT NULL GROUP BY order_id) AS sums"
        " WHERE customer_order.id = sums.order_id"
    )
    op.execute(
        "CREATE INDEX ix_customer_order_to_invoice ON customer_order (ordered_on, id, state, total, invoiced)"
        " WHERE total > invoiced"
    )
    op.execute(
        "CREATE INDEX ix_figures_owing ON customer_figures (archived, oldest_due_on, customer_id, overdue)"
        " WHERE overdue > 0"
    )
    op.execute(
        "CREATE INDEX ix_figures_rhythm ON customer_figures (archived, last_order_on, first_order_on, orders_total,"
        " grade, revenue_12m, customer_id) WHERE orders_total >= 4"
    )
    op.execute("ALTER TABLE grading_run ADD COLUMN pictures JSON")
    # the list of all contacts reads this index alone
    op.execute("DROP INDEX ix_contact_customer_id")
    op.execute("CREATE INDEX ix_contact_customer_id ON contact (customer_id, archived_at, id)")
