"""Journal, Merkle tiles, signed heads and proofs: the space's transparency log."""
