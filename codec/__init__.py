"""Neural audio codec with Mimi's geometry: 24 kHz mono, 80 ms frames, 32 codebooks of 2048 entries."""
