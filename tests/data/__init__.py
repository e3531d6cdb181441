"""Rules of the real data, which the invented world does not share."""
