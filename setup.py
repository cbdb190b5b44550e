"""What pyproject.toml has no word for: a wheel carries notebooks/ inside the package."""
from setuptools import find_packages, setup

setup(packages=[*find_packages(include=["rnnlib*"]), "rnnlib.notebooks"],
      package_dir={"rnnlib.notebooks": "notebooks"})
