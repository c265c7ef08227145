"""What a diagnosis names first, held against cases that were fixed beforehand."""
