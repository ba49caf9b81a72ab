"""`python -m lightflow_jlab` is `jupyter lightflow`."""

import sys

from lightflow_jlab.cli import main

sys.exit(main())
