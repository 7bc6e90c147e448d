"""The desk: a person who asks for a human, and the operators who answer."""
