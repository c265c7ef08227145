"""The list of lessons and the class plan, with what this browser has done of them."""
