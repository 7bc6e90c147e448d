"""What the bot costs, measured on the real program, beside controls in the same run; figures are ratios, never tests."""
