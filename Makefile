# Short names for course.py, which does the work on every system (also where there is no make).
PYTHON ?= python3

.PHONY: lab test notebooks bench site slides handouts exam
lab:
	$(PYTHON) course.py open
test:
	$(PYTHON) course.py test
notebooks:
	$(PYTHON) course.py notebooks
bench:
	$(PYTHON) course.py bench
site:
	$(PYTHON) course.py site
handouts:
	$(PYTHON) course.py handouts
slides:
	$(PYTHON) course.py slides
exam:
	$(PYTHON) course.py exam
