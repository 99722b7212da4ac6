"""The grading tab: shares, curve, heat map, who would move and why, before anything changes."""
