# SPDX-License-Identifier: GPL-3.0-or-later
"""The files of the project: what git tracks, or without git (an exported tree) everything but build folders."""
import os
import subprocess


def walked(root):
    for folder, folders, files in os.walk(root):
        folders[:] = [name for name in folders if name not in ("build", ".git", ".cache")]
        for name in files:
            yield os.path.relpath(os.path.join(folder, name), root)


def project_files(root):
    git = subprocess.run(["git", "-C", root, "ls-files", "--cached", "--others", "--exclude-standard", "-z"],
                         capture_output=True, check=False)
    names = git.stdout.decode().split("\0") if git.returncode == 0 and git.stdout else walked(root)
    return sorted(name for name in names if name and os.path.isfile(os.path.join(root, name)))
