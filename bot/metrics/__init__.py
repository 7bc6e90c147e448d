"""What can be counted while it runs: plain figures that the parts keep, and how they are shown when somebody asks."""
