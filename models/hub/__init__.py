"""Models from the hub: found, downloaded, and whether their code may run."""
