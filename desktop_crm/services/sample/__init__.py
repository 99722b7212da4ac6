"""A sample shop: 明德水電工程行, its customers and three years of their business, all invented."""

from desktop_crm.services.sample.shop import create

__all__ = ["create"]
