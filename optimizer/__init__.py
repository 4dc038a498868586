"""The mathematics of Xuewei: problems, plans, judges, methods. No geometry and no files."""
