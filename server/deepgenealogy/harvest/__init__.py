"""Facts read from published packages of code, without running them, and what they are evidence of."""
