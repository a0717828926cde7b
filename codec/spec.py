"""The codec's geometry: Mimi's rates and sizes (Défossez et al. 2024, "Moshi", section 3.3), for all weights."""

SAMPLE_RATE = 24_000
FRAME_SIZE = 1920
FRAME_RATE = SAMPLE_RATE / FRAME_SIZE
NUM_CODEBOOKS = 32
CARDINALITY = 2048
