# SPDX-License-Identifier: MIT
import os
import signal
import socket
import subprocess
import sys
import textwrap

import mptcp
import pytest
from mptcp import lab


def test_a_lab_has_hosts_paths_and_addresses(net):
    assert net.hosts == ["client", "server"]
    assert [state.path.name for state in net.paths()] == ["path1", "path2"]
    assert net.path(2).path.name == net.path("path2").path.name == "path2"
    assert str(net.address(1)) == "10.0.1.2"
    assert str(net.address("path2", "client", socket.AF_INET6)) == "fd00:0:0:2::1"
    with pytest.raises(mptcp.NotFound):
        net.path(3)
    assert repr(net) == "Lab('', hosts=['client', 'server'])"


def test_a_path_is_changed_while_it_runs_and_counts_packets():
    with lab.start("5ms,name=wifi") as net:
        net.change("wifi", "upload:loss=100%")
        with net.open_plain_socket("client", type=socket.SOCK_DGRAM) as sender:
            for _ in range(10):
                sender.sendto(b"lost", ("10.0.1.2", 9))
        while net.path(1).upload.lost < 10:
            pass
        state = net.path(1)
        assert state.path.upload.loss == 1
        assert state.path.download.loss == 0
        assert (state.path.from_host, state.path.to_host) == ("client", "server")
        net.change(1, lab.parse_change("down"))
        assert net.path(1).path.link is lab.LinkState.down


def test_a_program_runs_in_a_host_and_its_output_comes_back(net):
    show = "import socket; print(sorted(name for _, name in socket.if_nameindex()))"
    run = net.run("client", [sys.executable, "-c", show], capture_output=True, text=True)
    assert (run.returncode, run.stderr) == (0, "")
    assert "path1" in run.stdout
    failed = net.run("server", ["sh", "-c", "echo why >&2; exit 3"], capture_output=True)
    assert (failed.returncode, failed.stderr) == (3, b"why\n")
    with pytest.raises(subprocess.CalledProcessError):
        net.run("server", ["false"], check=True)


def test_a_program_that_lasts_too_long_is_killed(net):
    with pytest.raises(mptcp.TimedOut, match="has not ended within 0.05 s"):
        net.run("client", ["tail", "-f", "/dev/null"], timeout=0.05)


def test_a_program_that_does_not_exist_is_an_error(net):
    with pytest.raises(FileNotFoundError, match="no-such-program"):
        net.spawn("client", ["no-such-program"])
    with pytest.raises(mptcp.NotFound, match="nowhere"):
        net.spawn("nowhere", ["true"])
    with pytest.raises(mptcp.InvalidArgument, match="is no descriptor"):
        net.spawn("client", ["true"], stdout=subprocess.PIPE)


def test_a_spawned_program_is_signalled_and_waited_for(net):
    with net.spawn("client", ["tail", "-f", "/dev/null"], stdout=subprocess.DEVNULL) as process:
        assert process.pid > 0
        assert process.poll() is None
        process.terminate()
        assert process.wait(10) == 128 + signal.SIGTERM
        assert process.poll() == process.returncode == 128 + signal.SIGTERM
        process.kill()
        assert process.fileno() == -1


def test_a_program_inherits_its_streams_alone(net):
    read, write = os.pipe()
    os.set_inheritable(write, True)
    look = ["test", "-e", f"/proc/self/fd/{write}"]
    assert net.run("client", look).returncode == 1
    os.close(read)
    os.close(write)


def test_leaving_the_block_kills_the_program(net):
    with net.spawn("client", ["tail", "-f", "/dev/null"]) as process:
        pass
    with pytest.raises(ProcessLookupError):
        os.kill(process.pid, 0)


def test_a_socket_is_made_in_a_host_without_entering_it(net):
    with net.open_socket("server") as listener, net.open_socket("client") as client:
        listener.bind(("10.0.1.2", 0))
        listener.listen()
        client.connect(listener.getsockname())
        assert client.status() == "mptcp"
        assert listener.accept()[0].getpeername()[0] == "10.0.1.1"


def test_a_thread_enters_a_host_and_comes_back(net):
    def names():
        return {name for _, name in socket.if_nameindex()}

    with net.enter("server"):
        assert "path1" in names()
        with net.enter("client"):
            assert "path2" in names()
    assert "path1" not in names()
    with pytest.raises(mptcp.NotFound), net.enter("nowhere"):
        pass


def test_hosts_have_their_own_settings():
    hosts = [
        lab.Host("phone", path_manager="userspace", sysctls={"net.ipv4.tcp_syn_retries": "3"}),
        lab.Host("web", congestion_control="reno"),
    ]
    with lab.start("direct,between=phone+web", hosts=hosts) as net:
        with net.enter("phone"), mptcp.PathControl() as control:
            assert control.namespace_path_manager() == "userspace"
            with open("/proc/sys/net/ipv4/tcp_syn_retries") as file:
                assert file.read() == "3\n"
        with net.enter("web"), mptcp.PathControl() as control:
            assert control.namespace_path_manager() == "kernel"


def test_a_named_lab_is_found_by_others():
    name = f"python-test-{os.getpid()}"
    with lab.start("direct", name=name) as net:
        assert name in lab.names()
        with lab.attach(name) as same:
            assert same.hosts == net.hosts
        assert not net.closed
        assert len(net.paths()) == 1
        with pytest.raises(mptcp.AlreadyExists):
            lab.start("direct", name=name)
    assert name not in lab.names()
    with pytest.raises(mptcp.NotFound):
        lab.attach(name)


@pytest.mark.parametrize(
    ("arguments", "settings"),
    [(("sideways",), {}), (("direct,10ms",), {}), ((), {"hosts": ["a", "a"]})],
)
def test_a_contradictory_lab_is_refused(arguments, settings):
    with pytest.raises(mptcp.InvalidArgument):
        lab.start(*arguments, **settings)


def test_a_closed_lab_says_so():
    net = lab.start("direct")
    net.close()
    net.close()
    assert net.closed
    assert repr(net) == "Lab(closed)"
    with pytest.raises(mptcp.InvalidArgument, match="the lab is closed"):
        net.paths()


def test_a_script_makes_itself_run_inside(tmp_path):
    script = tmp_path / "script.py"
    script.write_text(
        textwrap.dedent(
            """
            import sys, mptcp
            from mptcp import lab
            net = lab.inside("direct", path_manager="userspace")
            with net.enter("server"):
                listener = mptcp.create_server(("", 0))
            with mptcp.create_connection(("10.0.1.2", listener.getsockname()[1])) as sock:
                print(sys.argv[1], sock.status(), sock.getsockname()[0])
            sys.exit(5)
            """
        )
    )
    run = subprocess.run([sys.executable, script, "word"], capture_output=True, text=True, timeout=30)
    assert (run.stdout, run.returncode) == ("word mptcp 10.0.1.1\n", 5), run.stderr
