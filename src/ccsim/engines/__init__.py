"""Two engines behind one protocol: the readable reference and its compiled twin."""
