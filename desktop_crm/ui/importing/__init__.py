"""Importing lists from files: choose, map the columns, try, import, take back."""
