"""The orders tab: what is ordered, delivered, accepted, paid and still owed."""
