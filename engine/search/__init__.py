"""One query through a pipeline: ranking, fusion, movement, and how it is told and exported."""
