"""Desktop CRM: customers, quotations, orders, service and grades of a small business, in one local file."""

__version__ = "0.1.0"
