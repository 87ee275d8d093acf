"""Problem sheets: questions, solutions, marking scheme and key from one source, for one class or many students."""
