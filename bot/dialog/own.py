"""A firm's own dialogs: modules in the `dialogs` folder of its business folder."""

import importlib.util
import sys
from pathlib import Path

from bot.dialog.dialog import Dialog


def own_dialogs(folder: Path, slug: str) -> dict[str, type[Dialog]]:
    """The dialogs that `folder/dialogs/*.py` define, by key.

    Each file becomes a module named after the business, so two firms may use the same file name. Whatever a module
    raises while it is loaded reaches the caller.
    """
    found: dict[str, type[Dialog]] = {}
    for path in sorted((folder / "dialogs").glob("*.py")):
        name = f"businesses.{slug}.dialogs.{path.stem}"
        spec = importlib.util.spec_from_file_location(name, path)
        if spec is None or spec.loader is None:
            continue
        module = importlib.util.module_from_spec(spec)
        sys.modules[name] = module
        spec.loader.exec_module(module)
        own = [each for each in vars(module).values() if isinstance(each, type) and issubclass(each, Dialog)]
        found |= {each.key: each for each in own if each.__module__ == name}
    return found
