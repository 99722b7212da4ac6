"""The follow-ups tab: what is to be done, by day."""
