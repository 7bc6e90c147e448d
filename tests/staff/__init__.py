"""The staff's room: commands, buttons, figures, campaigns, content read anew."""
