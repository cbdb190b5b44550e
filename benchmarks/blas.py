"""Whether other linear algebra gives the stored text: OpenBLAS's kernels for other processors, and
two threads.

    python3 course.py bench blas
    .venv/bin/python benchmarks/blas.py [--json]

Runs every notebook with each kernel that this processor can run, and with two threads of its own.
What is text or a number must be as it is stored; which kernel really ran is asked of OpenBLAS.
"""
import os
import re
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks.engine import Figure, main  # noqa: E402

# from 128 to 512 bits wide, as OpenBLAS names them; None is the processor's own
KERNELS = None, "Prescott", "Nehalem", "Sandybridge", "Haswell", "Zen", "SkylakeX"
ASK = ("import numpy, threadpoolctl\n"
       "print(*{one['architecture'] for one in threadpoolctl.threadpool_info()})")


def settings(kernel, threads):
    """This environment with a kernel and a number of threads."""
    plain = {name: value for name, value in os.environ.items()
             if not name.startswith("OPENBLAS_")}
    limits = ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS")
    return {**plain, **dict.fromkeys(limits, str(threads)),
            **({"OPENBLAS_CORETYPE": kernel} if kernel else {})}


def answer(env, *words):
    """What this Python prints in an environment, whatever its exit code."""
    return subprocess.run([sys.executable, *words], env=env, cwd=ROOT, text=True,
                          capture_output=True, check=False).stdout


def figures():
    """One for each kernel that really runs, then one with two threads."""
    seen = set()
    for kernel, threads in [*((kernel, 1) for kernel in KERNELS), (None, 2)]:
        env = settings(kernel, threads)
        ran = answer(env, "-c", ASK).strip()
        if (ran, threads) not in seen:
            seen.add((ran, threads))
            yield of(ran, threads, answer(env, "-m", "tools.notebooks", "--check"))


def of(ran, threads, said):
    """The figure of a run of all notebooks, from what the comparison said."""
    same, other = (re.findall(rf"(.*)\.ipynb: {word}$", said, re.MULTILINE)
                   for word in ("same", "would change"))
    print(said, file=sys.stderr, flush=True)
    every = len(list((ROOT / "notebooks").glob("*.ipynb")))
    return Figure(f"{ran}, {threads} thread{'s' * (threads > 1)}", f"{len(same)} as stored",
                  f"changed: {', '.join(name[:2] for name in other) or 'none'}", len(same),
                  f">= {every}", len(same) == every)


if __name__ == "__main__":
    sys.exit(main(__doc__, figures))
