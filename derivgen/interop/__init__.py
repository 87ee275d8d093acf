"""The border to other programs: heavy libraries are imported here and nowhere else."""
