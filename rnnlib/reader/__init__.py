"""What a reader has done, in one file of their own."""
