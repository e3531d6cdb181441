"""Several servers behind one proxy."""
