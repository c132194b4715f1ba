#!/usr/bin/python3
"""Many calls at once: each container runs, each is bounded, no record is torn."""

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from harness.case import EngineCase, main
from harness.engine import IMAGE
from harness.kernel import DOCKER_DEFAULT


class AtOnce(EngineCase):
    def test_ten_containers(self):
        with ThreadPoolExecutor(10) as pool:
            boxes = list(pool.map(lambda _: self.engine.start("hardened", "--privileged"), range(10)))
        try:
            self.assertEqual(len({box.id for box in boxes}), 10)
            for box in boxes:
                self.assertEqual(box.process.capabilities("Bnd"), DOCKER_DEFAULT)
                self.assertEqual(box.process.seccomp, 2)
            with ThreadPoolExecutor(10) as pool:
                said = list(pool.map(lambda box: box.exec("echo", box.id, options=("--privileged",)).stdout.strip(), boxes))
            self.assertEqual(said, [box.id for box in boxes])
        finally:
            with ThreadPoolExecutor(5) as pool:
                list(pool.map(lambda box: box.remove(), boxes))

    def test_ten_execs_in_one_container(self):
        with self.engine.start("hardened") as box, ThreadPoolExecutor(10) as pool:
            said = list(pool.map(lambda n: box.exec("sh", "-c", f"echo {n}; exit {n}"), range(10)))
            self.assertEqual([(s.stdout.strip(), s.returncode) for s in said], [(str(n), n) for n in range(10)])

    def test_every_line_of_the_log_is_whole(self):
        with ThreadPoolExecutor(10) as pool:
            list(pool.map(lambda _: self.engine("run", "--rm", "--runtime=hardened", "--cap-add=SYS_ADMIN", IMAGE, "true"),
                          range(10)))
        lines = Path("/var/log/hardened/decisions.jsonl").read_text().splitlines()
        self.assertGreaterEqual(len(lines), 10)
        for line in lines:
            self.assertIsInstance(json.loads(line), dict)


if __name__ == "__main__":
    main()
