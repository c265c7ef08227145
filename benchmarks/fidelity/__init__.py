"""How faithful fast scoring is to fp32."""
