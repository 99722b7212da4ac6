"""The quotations tab: the list by state, the editor of drafts, and what was issued."""
