"""How exact the scores of a ranking are, and what follows: near ties, and scoring anew in fp32."""
