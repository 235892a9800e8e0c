#!/usr/bin/env python3
# SPDX-License-Identifier: MIT
#
# socket_test.py VP BOARD.lua [SEED]: the peer of a char_backend_socket goes away in the middle of what the guest says, in
# both roles, in order (FIN) or not (RST). The guest says all that it has to say, and the run ends as without it.
import os
import random
import re
import socket
import struct
import sys

sys.path.insert(0, os.path.join(os.path.dirname(__file__), "../../support"))
from vp_process import Vp, scratch  # noqa: E402

PROGRAM, BOARD = sys.argv[1:3]
SEED = int(sys.argv[3]) if len(sys.argv) > 3 else 1
LINES = 5000  # three times what is kept for a peer that is not there
LINE = re.compile(rb"line (\d+) of what the guest has to say\r\n")


def guest(console, address):
    return [BOARD, "-p", "platform.work=talk,run", "-p", "platform.value=%d" % LINES, "-p",
            "platform.console=" + console, "-p", "platform.address=" + address]


def go_away(peer, generator):
    if generator.random() < 0.5:  # what is unread, and a linger time of 0: RST
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()


def read(peer, size):
    data = b""
    while len(data) < size:
        more = peer.recv(size - len(data))
        if not more:
            break
        data += more
    return data


def numbers(data):
    return [int(number) for number in LINE.findall(data)]


def clients_come_and_go(generator):
    with scratch() as folder:
        vp = Vp(PROGRAM, guest("server", "127.0.0.1:0"), folder)
        port = int(re.search(rb"listening on port (\d+)", vp.process.stderr.readline())[1])
        seen = []
        for _ in range(5):
            peer = socket.create_connection(("127.0.0.1", port))
            seen += numbers(read(peer, generator.randrange(1, 20000)))
            go_away(peer, generator)
        with socket.create_connection(("127.0.0.1", port)) as peer:
            seen += numbers(read(peer, 1 << 30))
        vp.finish()
        assert vp.code == 0, (vp.code, vp.err)
        assert seen == sorted(set(seen)), "nothing comes twice, nothing out of order"
        assert seen[-1] == LINES - 1, "the last line came, too"
        return LINES - len(seen)


def a_server_goes_away(generator):
    with scratch() as folder, socket.create_server(("127.0.0.1", 0)) as listener:
        vp = Vp(PROGRAM, guest("client", "127.0.0.1:%d" % listener.getsockname()[1]), folder)
        peer, _ = listener.accept()
        seen = numbers(read(peer, generator.randrange(1, 100000)))
        go_away(peer, generator)
        vp.finish()
        assert vp.code == 0, (vp.code, vp.err)
        assert seen == list(range(len(seen)))
        return LINES - len(seen)


def main():
    generator = random.Random(SEED)
    for _ in range(5):
        for check in (clients_come_and_go, a_server_goes_away):
            print("%s: %d of %d lines were lost" % (check.__name__.replace("_", " "), check(generator), LINES), flush=True)


main()
