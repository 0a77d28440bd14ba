"""Rows to estimates and paired differences, with names and sentences for them."""
