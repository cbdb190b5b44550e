"""What a reader has done, in one file of their own, and when a question comes back to them."""
