"""python -m rnnlib.beliefs FOLDER"""
import sys

from rnnlib.beliefs.classroom import main

sys.exit(main())
