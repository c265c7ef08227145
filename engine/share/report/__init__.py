"""One HTML file of frozen figures: no request, no library, every text escaped."""
