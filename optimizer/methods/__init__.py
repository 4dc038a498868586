"""Ways to get a plan, one file each, one signature."""
