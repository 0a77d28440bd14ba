"""One cell after the other, by threads, processes or a cluster, until all are there or precise enough."""
