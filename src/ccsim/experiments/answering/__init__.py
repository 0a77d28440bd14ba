"""What moves a measure, how far something has to go, and what cannot be had better for nothing."""
