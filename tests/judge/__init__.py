"""An independent judge in NumPy: values of terms and central differences, sharing nothing with ``derivgen.check``."""
