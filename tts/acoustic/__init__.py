"""The acoustic model: FastSpeech 2 encoder and variance adaptor, causal frame decoder, depth-wise RVQ decoder."""
