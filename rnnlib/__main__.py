"""The course's notebooks for who installed the package:  rnnlib notebooks [folder]"""
import argparse
import shutil
import sys
from pathlib import Path

HERE = Path(__file__).resolve().parent


def stored():
    """The paths of the course's notebooks: inside an installed package, beside a cloned one."""
    inside = HERE / "notebooks"
    return sorted((inside if inside.is_dir() else HERE.parent / "notebooks").glob("*.ipynb"))


def copied(folder):
    """The paths of the notebooks, copied into a folder that has none of them yet.

    FileExistsError: what is there may be a reader's work, so then nothing is written.
    """
    new = {folder / path.name: path for path in stored()}
    taken = next(filter(Path.exists, new), None)
    if taken:
        raise FileExistsError(f"folder {folder} has {taken.name} already, which may be your work; "
                              "name another folder: rnnlib notebooks FOLDER")
    folder.mkdir(parents=True, exist_ok=True)
    return [Path(shutil.copyfile(path, place)) for place, path in new.items()]


def main(words=None):
    """Does what the command line asks; gives the exit code."""
    parser = argparse.ArgumentParser(prog="rnnlib", description=__doc__)
    notebooks = parser.add_subparsers(dest="command", required=True).add_parser(
        "notebooks", help="copy the course's notebooks into a folder, by default: notebooks")
    notebooks.add_argument("folder", nargs="?", type=Path, default=Path("notebooks"))
    try:
        first, *_ = copied(parser.parse_args(words).folder)
    except OSError as error:
        print(f"rnnlib: {error}", file=sys.stderr)
        return 1
    print(f"Begin with {first}: open it in JupyterLab, or whatever shows notebooks.")
    return 0


if __name__ == "__main__":
    sys.exit(main())
