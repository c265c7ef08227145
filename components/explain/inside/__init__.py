"""One forward pass as a picture: two towers beside one, heads, and how the score forms."""
