"""Runs every GoogleTest binary of build/bin, one lit test per case."""

import os

import lit.formats

config.name = "MLA-Unit"
config.suffixes = []
config.test_source_root = os.path.join(config.mla_binary_dir, "bin")
config.test_exec_root = config.test_source_root
config.test_format = lit.formats.GoogleTest(".", "-tests")
