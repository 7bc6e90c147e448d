"""What web chat takes; its protocol is ours, so the figures are a choice (limits row `webchat`)."""

MAX_TEXT = 4096  # characters of one message that a dialog reads; longer text is kept as it came and cut for the dialog
MAX_BUTTONS = 20
BUTTON_TITLE = 64
MAX_FILE_BYTES = 10 * 1024 * 1024
