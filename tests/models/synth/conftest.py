"""Tests of the renderer itself are collected only where Blender's module is: it is no part of the service's gate."""

from importlib.util import find_spec

collect_ignore = [] if find_spec("bpy") else ["test_studio.py"]
