"""The settings tab: what belongs to the shop, what belongs to this computer, and the backups."""
