"""Random problems: typed expressions, each as a text for derivgen and as numbers, judged by central differences."""
