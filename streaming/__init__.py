"""Delivery of speech as it is made; the public names of each module are imported from the module itself."""
