"""python -m rnnlib.beliefs FOLDER"""
import sys

from rnnlib.beliefs.classroom import main

if __name__ == "__main__":
    sys.exit(main())
