"""What the bot costs: the real program beside bare controls in the same run. The figures are ratios, never tests."""
