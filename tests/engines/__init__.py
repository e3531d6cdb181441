"""Engines that are not ours: the same questions put to all of them."""
