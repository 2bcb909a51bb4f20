"""Routes, one module per noun. They translate between HTTP and the ports and decide nothing else."""
