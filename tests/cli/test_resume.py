"""A run that is killed or interrupted goes on to the same bytes."""

import os
import random
import resource
import signal
import time
import unittest

from program import ProgramTest, contents, results

RECIPE = """
[crystal]
host = "beta-NaYF4"
diameter = "2 nm"
dopants = { Yb = 0.2, Er = 0.1 }

[[excitation]]
wavelength = "980 nm"
irradiance = "1e5 W/cm^2"

[luminescence]
wanted_error = 0.01
bands = ["Yb:2F5/2->2F7/2"]
burn_in = "50 us"
duration = "50 us"
decay = { after = "switch-off", points = 10 }
"""


class Resume(ProgramTest):
    def setUp(self):
        super().setUp()
        self.write("recipe.toml", RECIPE)
        begin = time.monotonic()
        self.run_program("run", "recipe.toml", "-o", "whole")
        self.seconds = time.monotonic() - begin
        self.whole = results(self.folder / "whole")

    def chunks(self, name):
        return sorted(p.name for p in (self.folder / name / "chunks").glob("chunk-*.h5"))

    def wait_for_chunks(self, process, name, number):
        while process.poll() is None and len(self.chunks(name)) < number:
            time.sleep(0.002)
        self.assertIsNone(process.poll(), "the run ended before it could be stopped")

    def check_same(self, name):
        found = results(self.folder / name)
        self.assertEqual(set(found), set(self.whole))
        self.assertEqual([f for f in found if found[f] != self.whole[f]], [])

    def kill_at_random(self, name, dice):
        """Kills the run, then each attempt to resume it, at random moments until one comes through."""
        kills = 0
        command = ["run", "recipe.toml", "-o", name]
        while True:
            threads = dice.choice([1, 2, 3])
            process = self.start(*command, "--threads", threads)
            if kills < 4:
                time.sleep(dice.uniform(0, 0.7 * self.seconds))
                process.kill()
            stderr = process.communicate()[1]
            if process.returncode == 0:
                return kills
            self.assertEqual(process.returncode, -signal.SIGKILL, stderr)
            kills += 1
            if (self.folder / name / "record.h5").exists() and not (self.folder / name / "chunks").exists():
                return kills  # it was through before the signal came
            if (self.folder / name / "recipe.toml").exists():
                command = ["resume", name]

    def test_killed_at_random_moments(self):
        seed = int(os.environ.get("LANTHORN_TEST_SEED", "1"), 0)
        dice = random.Random(seed)
        kills = 0
        for attempt in range(3):
            kills += self.kill_at_random(f"killed-{attempt}", dice)
            self.check_same(f"killed-{attempt}")
        self.assertGreater(kills, 3, f"LANTHORN_TEST_SEED={seed}: too few runs were hit")

    def test_interrupted(self):
        process = self.start("run", "recipe.toml", "-o", "part", "--threads", "2")
        self.wait_for_chunks(process, "part", 3)
        process.send_signal(signal.SIGINT)
        stderr = process.communicate()[1]
        self.assertEqual(process.returncode, 130, stderr)
        self.assertIn("lanthorn resume part", stderr)
        kept = {name: contents(self.folder / "part" / "chunks" / name) for name in self.chunks("part")}
        self.assertGreaterEqual(len(kept), 3)
        self.assertFalse((self.folder / "part" / "record.h5").exists())
        self.refused("run", "recipe.toml", "-o", "part", words="lanthorn resume")

        process = self.start("resume", "part", "--threads", "1")
        self.wait_for_chunks(process, "part", len(kept) + 1)
        process.send_signal(signal.SIGTERM)
        process.communicate()
        self.assertEqual(process.returncode, 128 + signal.SIGTERM)
        for name, bytes_before in kept.items():
            self.assertEqual(contents(self.folder / "part" / "chunks" / name), bytes_before, "a finished chunk was made again")
        self.assertGreater(len(self.chunks("part")), len(kept))

        self.run_program("resume", "part", "--threads", "3")
        self.check_same("part")
        self.assertFalse((self.folder / "part" / "chunks").exists())

    def test_full_disk(self):
        # In a chunk, in the report and in the record, which is the largest file.
        record = len(self.whole["record.h5"])
        self.assertGreater(record, len(self.whole["report.html"]))
        for limit, file in [(3000, "chunk-"), (100_000, "report.html"), (record - 1000, "record.h5")]:

            def no_room():
                signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
                resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

            begin = ["resume"] if (self.folder / "part").exists() else ["run", "recipe.toml", "-o"]
            result = self.run_program(*begin, "part", status=74, preexec_fn=no_room)
            self.assertRegex(result.stderr, rf"part/(chunks/)?{file}.*: File too large\n$")
            self.assertFalse((self.folder / "part" / "record.h5").exists())
            self.assertEqual(list((self.folder / "part").rglob("*.part")), [])
        self.run_program("resume", "part")
        self.check_same("part")

    def test_chunks_of_another_recipe_are_refused(self):
        process = self.start("run", "recipe.toml", "-o", "part")
        self.wait_for_chunks(process, "part", 2)
        process.kill()
        process.communicate()
        recipe = self.folder / "part" / "recipe.toml"
        recipe.write_text(recipe.read_text().replace('"295 K"', '"300 K"'))
        self.assertIn("chunk-0", self.run_program("resume", "part", status=2).stderr)

    def test_damaged_chunk_is_named(self):
        process = self.start("run", "recipe.toml", "-o", "part")
        self.wait_for_chunks(process, "part", 2)
        process.kill()
        process.communicate()
        chunk = self.folder / "part" / "chunks" / self.chunks("part")[0]
        chunk.write_bytes(chunk.read_bytes()[:100])
        self.assertIn(chunk.name, self.run_program("resume", "part", status=2).stderr)


if __name__ == "__main__":
    unittest.main()
