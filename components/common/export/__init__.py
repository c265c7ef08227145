"""What is on screen as files: pictures as SVG and PNG, each with its source below it."""
