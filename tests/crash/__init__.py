"""The real program under real load, killed and started again: what the world saw against what it should have seen."""
