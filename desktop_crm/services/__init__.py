"""Use cases, one noun per file: they take a Session and return ids, plain rows or snapshots."""
