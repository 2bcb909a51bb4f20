"""The demonstration: five rendered clips played as cameras, and what they promise to raise and not to raise.

The clips are made by `models.synth` from its stories: no place, person or animal in them was ever filmed. What a clip
promises is what its story promised when it was rendered; `cameras.yaml` adds names and zones.
`python -m service.demo` installs clips and tries them.
"""
