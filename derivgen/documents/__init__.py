"""What a lecturer writes, and the pages made of it: Markdown sources, templates, pdflatex."""
