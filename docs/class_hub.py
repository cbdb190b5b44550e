# A JupyterHub for a class that takes this course. On The Littlest JupyterHub lay it into
# /opt/tljh/config/jupyterhub_config.d, then: sudo tljh-config reload hub
# Any other hub's own configuration can begin with: load_subconfig("class_hub.py")
# ruff: noqa: F821 (JupyterHub gives c)

# our matrices are small: more threads than one a kernel only fight for the cores
c.Spawner.environment.update(dict.fromkeys(
    ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1"))
# Linux gives each thread of a kernel room of its own, which it does not give back
c.Spawner.environment.update({"MALLOC_ARENA_MAX": "1"})
# a kernel ends when nothing has run in it for half an hour, also where its page was left open
c.Spawner.args.extend(["--MappingKernelManager.cull_idle_timeout=1800",
                       "--MappingKernelManager.cull_interval=300",
                       "--MappingKernelManager.cull_connected=True"])
