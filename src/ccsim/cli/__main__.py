"""``python -m ccsim.cli`` is ``ccsim``."""

from ccsim.cli.main import main

if __name__ == "__main__":
    main()
