"""Trains the weights of the phrases that come in on standard input: `python -m bot.understanding.train FILE`.

A process of its own, and a patient one: training never takes time from messages.
"""

import json
import os
import sys
from pathlib import Path

from .model import examples_of
from .softmax import train
from .weights import save_weights

PATIENT = 10  # added to the process's niceness


def main() -> None:
    """Read phrases as JSON, train, and write the file that is named."""
    if hasattr(os, "nice"):
        os.nice(PATIENT)
    examples = examples_of(json.load(sys.stdin.buffer))
    save_weights(train(examples, sorted({key for key, _ in examples})), Path(sys.argv[1]))


if __name__ == "__main__":
    main()
