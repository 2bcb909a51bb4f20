"""A kitchen of our own: rendered pictures with exact ground truth.

Only `models.synth.blender` needs Blender (`bpy`).
"""
