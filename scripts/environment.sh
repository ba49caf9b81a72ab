# Sourced by the other scripts: makes a Python environment with all that the project's files name.

# say TEXT: a heading in the log
say() { printf '\n=== %s\n' "$*"; }

# python_command: the newest Python that is there
python_command() {
    for name in python3.13 python3.12 python3.11 python3 python; do
        if "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            echo "$name"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and none was found on PATH." >&2
    return 1
}

# make_environment FOLDER: a virtual environment with uv in it; its programs come first on PATH
make_environment() {
    if [ ! -x "$1/bin/python" ]; then
        say "Making a Python environment in $1"
        "$(python_command)" -m venv "$1"
        "$1/bin/python" -m pip install --quiet uv
    fi
    PATH="$(cd "$1" && pwd)/bin:$PATH"
    export PATH
    # Hundreds of kernels and programs are started: compiling all they import at each start costs minutes.
    unset PYTHONPATH PYTHONHOME PYTHONDONTWRITEBYTECODE
}

# install ARGUMENTS: into the environment, in the versions that constraints.txt names
install() { uv pip install --quiet --python "$(command -v python)" -c constraints.txt "$@"; }

# build_wheel FOLDER: the wheel with the browser's half in it, alone in FOLDER
build_wheel() {
    say "Building the wheel"
    # The build skips what exists already, so an old output would be packed without a word.
    rm -rf lightflow_jlab/labextension lightflow_jlab/static "$1"
    uv build --quiet --wheel --build-constraints constraints.txt --out-dir "$1"
    ls -l "$1"/*.whl
}
