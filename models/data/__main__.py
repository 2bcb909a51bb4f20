import sys

from models.data.cli import main

sys.exit(main())
