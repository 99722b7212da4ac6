"""The shop file: engine, lock, migrations, journal, search index, backup."""
