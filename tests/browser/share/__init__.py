"""Browser journeys of what is passed on."""
