#!/usr/bin/python3
"""A waiver holds for the containers of its image, whatever they are called, and for no other container."""

import json
import unittest
from pathlib import Path

from harness.case import main
from harness.engine import Engine, busybox_tree
from harness.install import install, link, put_policy
from harness.kernel import DOCKER_DEFAULT

DATA = Path("/run/world/data")
LOG = Path("/var/log/hardened/decisions.jsonl")
ASKED = "--cap-add=SYS_ADMIN"

WAIVING = """\
version: 1
extends: docker-default
engines: [{{name: private, data_root: {data}}}]
waivers:
  - name: mounter
    match: {{{match}}}
    controls: {{capabilities: {{ceiling: [docker-default, SYS_ADMIN]}}}}
    because: the test asks for it
{more}"""


def waive(name, match, more="", data=DATA):
    put_policy(name, text=WAIVING.format(match=match, more=more, data=data))
    return link(name)


def records(identity, call="create"):
    lines = [json.loads(line) for line in LOG.read_text().splitlines()]
    return [line for line in lines if line["id"] == identity and line["call"] == call]


class Waivers(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.engine = Engine(install(), options=("--data-root", str(DATA)))
        cls.engine.__enter__()
        cls.addClassCleanup(cls.engine.stop)
        cls.image = cls.engine.inspect("box", "{{json .Id}}")
        with cls.engine.start("runc", "--name", "source", command=("true",)) as box:
            cls.engine("commit", box.id, "committed")
        cls.engine("tag", "box", "retagged:9")
        image = f'image_id: ["{cls.image}"]'
        cls.engine.runtimes |= {
            "waiving": waive("waiving", image),
            "named": waive("named", f"{image}, engine: private, namespace: moby, name: build-*"),
            "elsewhere": waive("elsewhere", f"{image}, namespace: other"),
            "late": waive("late", image, "    expires: 2026-01-01\n"),
            "misplaced": waive("misplaced", image, f"controls: {{mounts: {{data_roots: [{DATA}]}}}}\n", data="/run/world/nowhere"),
        }
        cls.engine.reload()

    def powers(self, runtime, *options, image="box"):
        """What the kernel holds of the container, and its id."""
        with self.engine.start(runtime, ASKED, *options, image=image) as box:
            return box.process.capabilities("Bnd"), box.id

    def assertRaised(self, *asked, **more):
        held, identity = self.powers(*asked, **more)
        self.assertEqual(held, DOCKER_DEFAULT | {"SYS_ADMIN"})
        return records(identity)[0]

    def assertNotRaised(self, *asked, **more):
        held, identity = self.powers(*asked, **more)
        self.assertEqual(held, DOCKER_DEFAULT)
        record = records(identity)[0]
        self.assertNotIn("waivers", record)
        return record

    def test_bare_runc_gives_it_to_any_image(self):
        self.assertEqual(self.powers("runc", image="committed")[0], DOCKER_DEFAULT | {"SYS_ADMIN"})

    def test_the_image_has_it_under_any_tag(self):
        self.assertEqual(self.assertRaised("waiving")["waivers"], ["mounter"])
        self.assertRaised("waiving", image="retagged:9")
        self.assertRaised("waiving", image=self.image)

    def test_an_image_that_was_committed_from_it_has_not(self):
        self.assertNotIn("notes", self.assertNotRaised("waiving", image="committed"))

    def test_engine_namespace_and_name_narrow(self):
        self.assertRaised("named", "--name", "build-1")
        self.assertNotRaised("named", "--name", "web")
        self.assertNotRaised("elsewhere")

    def test_above_the_waiver_the_record_names_it(self):
        with self.engine.start("waiving", ASKED, "--cap-add=SYS_TIME") as box:
            self.assertEqual(box.process.capabilities("Bnd"), DOCKER_DEFAULT | {"SYS_ADMIN"})
            control = records(box.id)[0]["controls"][0]
        self.assertEqual((control["control"], control["waiver"], control["rule"]),
                         ("capabilities", "mounter", "/etc/hardened/waiving.yaml:7"))

    def test_an_expired_one_is_reported(self):
        self.assertIn("the waiver mounter expired on 2026-01-01, and no longer holds", self.assertNotRaised("late")["notes"])

    def test_a_data_root_that_is_none_is_reported(self):
        self.assertEqual(self.assertNotRaised("misplaced")["notes"],
                         ["no waiver holds: none of the policy's engines knows this container"])

    def test_forged_binds_are_no_identity(self):
        """The image asks under another's /etc/hosts and /etc/hostname, and under files it made up itself."""
        with self.engine.start("waiving", ASKED) as waived:
            its = DATA / "containers" / waived.id
            self.assertNotRaised("waiving", "-v", f"{its}/hosts:/etc/hosts", "-v", f"{its}/hostname:/etc/hostname",
                                 image="committed")
            forged = Path("/var/lib/world-forged/containers") / waived.id
            forged.mkdir(parents=True)
            for name in ("hosts", "hostname", "config.v2.json", "resolv.conf"):
                (forged / name).write_bytes((its / name).read_bytes())
            self.assertNotRaised("waiving", *(f"-v{forged}/{name}:/etc/{name}" for name in ("hosts", "hostname", "resolv.conf")),
                                 image="committed")
            labels = ("--label", f"image={self.image}", "--hostname", waived.id[:12], "--env", f"IMAGE={self.image}")
            self.assertNotRaised("waiving", *labels, image="committed")

    def test_who_joins_a_waived_one_has_not(self):
        with self.engine.start("waiving", ASKED, "--network=none") as waived:
            self.assertNotRaised("waiving", f"--network=container:{waived.id}", image="committed")

    def test_exec_has_what_the_container_may_have(self):
        for image, raised in (("box", {"SYS_ADMIN"}), ("committed", set())):
            with self.engine.start("waiving", image=image) as box:
                done = box.exec("grep", "CapBnd", "/proc/self/status", options=("--privileged",))
                # A bare exec --privileged fails where the machine lacks a capability; what is granted here does not.
                self.assertEqual(done.returncode, 0, done.stderr)
                self.assertEqual(int(done.stdout.split()[1], 16).bit_count(), len(DOCKER_DEFAULT | raised))

    def test_a_waiver_that_is_taken_back_holds_for_no_exec(self):
        runtime = waive("brief", f'image_id: ["{self.image}"]')
        self.engine.runtimes["brief"] = runtime
        self.engine.reload()
        with self.engine.start("brief", ASKED) as box:
            put_policy("brief", text="version: 1\nextends: docker-default\n")
            done = box.exec("grep", "CapBnd", "/proc/self/status", options=("--privileged",))
            self.assertEqual(int(done.stdout.split()[1], 16).bit_count(), len(DOCKER_DEFAULT))


class Plugins(unittest.TestCase):
    """A managed plugin is known by its id. dockerd starts it with its default runtime."""

    def test_a_plugin_has_the_waiver_of_its_id(self):
        install()
        directory = Path("/run/world/second")
        directory.mkdir()
        runtime = waive("plugins", f'plugin_id: ["{"0" * 64}"]', data=directory / "data")
        engine = Engine({"hardened": runtime}, directory=directory,
                        options=("--data-root", str(directory / "data"), "--default-runtime=hardened",
                                 "--exec-root", str(directory / "exec")))
        engine.launch()
        self.addCleanup(engine.stop)
        plugin = Path("/run/world/plugin")
        plugin.mkdir()
        busybox_tree(plugin / "rootfs")
        (plugin / "config.json").write_text(json.dumps({
            "description": "a plugin", "entrypoint": ["/bin/sleep", "60"], "interface": {"types": ["docker.dummy/1.0"], "socket": "p.sock"},
            "linux": {"capabilities": ["CAP_SYS_ADMIN"]}, "network": {"type": "none"}}))
        engine("plugin", "create", "dummy", str(plugin))
        identity = json.loads(engine("plugin", "inspect", "--format", "{{json .Id}}", "dummy").stdout)
        for match, raised in ((f'plugin_id: ["{identity}"], namespace: plugins.moby, name: "dummy:*"', True),
                              (f'plugin_id: ["{"0" * 64}"]', False)):
            waive("plugins", match, data=directory / "data")
            # Nothing listens in it: the start is undone when dockerd has asked in vain.
            engine("plugin", "enable", "--timeout", "1", "dummy", check=False)
            record = records(identity)[-1]
            self.assertEqual(record["engine"], "docker plugin")
            self.assertEqual(record.get("waivers"), ["mounter"] if raised else None, record)


class Remapped(unittest.TestCase):
    """A daemon that remaps user ids keeps its data below <data_root>/<uid>.<gid>."""

    def test_its_data_is_found(self):
        install()
        directory = Path("/run/world/third")
        directory.mkdir()
        for name in ("subuid", "subgid"):
            Path("/etc", name).write_text("nobody:100000:65536\nnogroup:100000:65536\n")
        data = directory / "data"
        engine = Engine({"hardened": waive("remapped", f'image_id: ["sha256:{"0" * 64}"]', data=data)},
                        directory=directory, options=("--data-root", str(data), "--userns-remap=nobody:nogroup",
                                                      "--exec-root", str(directory / "exec")))
        engine.launch()
        self.addCleanup(engine.stop)
        engine.import_image(busybox_tree("/run/world/box"))
        waive("remapped", f'image_id: ["{engine.inspect("box", "{{json .Id}}")}"]', data=data)
        with engine.start("hardened", ASKED) as box:
            self.assertTrue((data / "100000.100000/containers" / box.id / "config.v2.json").exists())
            self.assertEqual(box.process.capabilities("Bnd"), DOCKER_DEFAULT | {"SYS_ADMIN"})
            self.assertEqual(records(box.id)[0]["waivers"], ["mounter"])


if __name__ == "__main__":
    main()
