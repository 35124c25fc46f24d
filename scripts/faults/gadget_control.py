"""Talks to a running gadget over its control socket (docs/control.md). Standard library only."""

import argparse
import json
import os
import socket

DEFAULT = "/run/mbnrig/gadget.sock"


class Refused(Exception):
    """The gadget refused a request, or it cannot be reached; the text is the reason."""


class Gadget:
    """One connection. SOCKET is a path, or tcp:[ADDRESS:]PORT."""

    def __init__(self, where: str):
        self.where = where
        try:
            self.socket = self._connect(where)
        except (FileNotFoundError, ConnectionRefusedError):
            raise Refused(f"no gadget listens at {where}: start mbim-gadget, or name its --control")
        except PermissionError:
            raise Refused(f"{where}: permission denied; run as root, e.g. with sudo")
        except (OSError, ValueError) as error:
            raise Refused(f"{where}: {error}")
        self.lines = self.socket.makefile("r", encoding="utf-8")

    @staticmethod
    def _connect(where: str) -> socket.socket:
        if where.startswith("tcp:"):
            host, _, port = where[len("tcp:") :].rpartition(":")
            return socket.create_connection((host.strip("[]") or "127.0.0.1", int(port)), timeout=10)
        connection = socket.socket(socket.AF_UNIX)
        connection.connect(where.removeprefix("unix:"))
        return connection

    def call(self, method: str, **params):
        """Sends a request and returns its result. Raises Refused."""
        wait = params.get("timeout_ms", 0) if isinstance(params.get("timeout_ms", 0), int) else 0
        self.socket.settimeout(60 + wait / 1000)
        request = {"jsonrpc": "2.0", "id": 1, "method": method, "params": params}
        try:
            self.socket.sendall(json.dumps(request).encode() + b"\n")
            line = self.lines.readline()
        except OSError as error:
            raise Refused(f"{self.where}: {error}")
        if not line:
            raise Refused(f"{self.where}: the gadget is gone")
        answer = json.loads(line)
        if "error" in answer:
            raise Refused(answer["error"]["message"])
        return answer["result"]

    def rules(self, wanted: list[dict]) -> list[int]:
        """The numbers of the rules in force that are equal to one of these. Any program may have added them."""
        return [
            entry["id"]
            for entry in self.call("state")["rules"]
            if any(entry["rule"] == rule for rule in wanted)
        ]


def parser(text: str, undo: str | None = None) -> argparse.ArgumentParser:
    """The options of every fault script. TEXT is the script's docstring."""
    result = argparse.ArgumentParser(
        description=text, formatter_class=argparse.RawDescriptionHelpFormatter, allow_abbrev=False
    )
    result.add_argument(
        "--control",
        metavar="SOCKET",
        default=os.environ.get("MBNRIG_CONTROL", DEFAULT),
        help=f"the gadget's control socket: a path or tcp:[ADDRESS:]PORT ($MBNRIG_CONTROL, {DEFAULT})",
    )
    if undo:
        result.add_argument("--undo", action="store_true", help=undo)
    return result


def run(main) -> None:
    """Runs MAIN and ends the program with its result. A refusal is one line on stderr."""
    try:
        main()
    except Refused as reason:
        raise SystemExit(str(reason))
    except BrokenPipeError:
        raise SystemExit(141)
