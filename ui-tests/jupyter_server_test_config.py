"""JupyterLab as the UI tests start it. Open to everyone on this machine: never use it elsewhere."""

import os
from pathlib import Path

from jupyterlab.galata import configure_jupyter_server

configure_jupyter_server(c)  # noqa: F821 - Jupyter's configuration object

home = Path(os.environ["UI_TEST_HOME"])
work = home / "work"
work.mkdir(parents=True, exist_ok=True)

c.ServerApp.root_dir = str(work)  # noqa: F821
c.ServerApp.ip = "127.0.0.1"  # noqa: F821
c.ServerApp.port = int(os.environ["UI_TEST_PORT"])  # noqa: F821
c.ServerApp.port_retries = 0  # noqa: F821
c.ServerApp.allow_root = True  # noqa: F821 - containers run as root
c.LabApp.check_for_updates_class = "jupyterlab.NeverCheckForUpdate"  # noqa: F821
c.LabApp.news_url = None  # noqa: F821
c.JupyterNotebookApp.expose_app_in_browser = True  # noqa: F821
if not os.environ.get("LIGHTFLOW_DOCS_IMAGES"):
    # As its own neighbour; the other one is not there.
    c.LightflowApp.mlflow_servers = {  # noqa: F821
        "team": f"http://127.0.0.1:{os.environ['UI_TEST_PORT']}",
        "away": "http://127.0.0.1:1",
    }
