"""What pyproject.toml has no word for: a wheel carries notebooks and solutions in the package."""
from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["rnnlib*"]), "rnnlib.notebooks", "rnnlib.solutions"],
      package_dir={"rnnlib.notebooks": "notebooks", "rnnlib.solutions": "tests/solutions"})
