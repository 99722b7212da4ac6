"""Snapshots or rows in, bytes out: the quotation PDF and the workbooks."""
