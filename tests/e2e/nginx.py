# SPDX-License-Identifier: GPL-3.0-or-later
"""An nginx of our own that serves one folder by sendfile: an image origin, and what the bulk lane is measured against."""
import os
import shutil
import socket
import subprocess

from harness import wait_for

CONFIG = """
{user}
daemon off;
worker_processes auto;
pid {prefix}/nginx.pid;
error_log {prefix}/error.log;
events {{ worker_connections 256; }}
http {{
    log_format bytes "$status $body_bytes_sent";
    access_log {access_log};
    sendfile on;
    tcp_nopush on;
    keepalive_requests 100000;
    client_body_temp_path {prefix}/body;
    proxy_temp_path {prefix}/proxy;
    fastcgi_temp_path {prefix}/fastcgi;
    uwsgi_temp_path {prefix}/uwsgi;
    scgi_temp_path {prefix}/scgi;
    server {{ listen {address}:{port}; root {root}; {extra} }}
}}
"""


def free_port():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


def process_cpu_seconds(pid):
    with open(f"/proc/{pid}/stat") as file:
        fields = file.read().rsplit(")", 1)[1].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


class Nginx:
    def __init__(self, prefix, root, address="127.0.0.1", log=None, extra=""):
        """`log`: a file that gets "STATUS BYTES" for each answer; `extra`: more directives of the server."""
        program = shutil.which("nginx", path=os.environ["PATH"] + ":/usr/sbin")
        if not program:
            raise SystemExit("nginx is missing: installer/packages.sh test")
        os.mkdir(prefix)
        access_log = f"{log} bytes" if log else "off"
        self.port = free_port()
        # Workers would become www-data, who may not look into our folder.
        user = "user root;" if os.geteuid() == 0 else ""
        config = os.path.join(prefix, "nginx.conf")
        with open(config, "w") as file:
            file.write(CONFIG.format(prefix=prefix, root=root, port=self.port, address=address, user=user,
                                     access_log=access_log, extra=extra))
        self.process = subprocess.Popen([program, "-p", prefix, "-c", config, "-e", os.path.join(prefix, "error.log")],
                                        stdin=subprocess.DEVNULL)
        wait_for(self.accepts, 10, "nginx")

    def accepts(self):
        if self.process.poll() is not None:
            raise SystemExit("nginx ended at once")
        with socket.socket() as probe:
            return probe.connect_ex(("127.0.0.1", self.port)) == 0

    def cpu_seconds(self):
        """Of the master and all workers."""
        with open(f"/proc/{self.process.pid}/task/{self.process.pid}/children") as file:
            workers = file.read().split()
        return sum(process_cpu_seconds(pid) for pid in [self.process.pid, *workers])

    def stop(self):
        self.process.terminate()
        self.process.wait(10)
