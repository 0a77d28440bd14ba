"""What is asked: plan, points of its design, and the cells that have to be played."""
