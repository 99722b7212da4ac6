"""Rules and facts without a database, a window or a file format."""
