"""The service tab: follow-ups as board, list and calendar, and the equipment installed at customers."""
