"""The customers tab: list, card, and the forms of a customer and its contacts."""
