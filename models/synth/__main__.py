import sys

from models.synth.cli import main

sys.exit(main())
