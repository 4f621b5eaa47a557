"""``python -m homophily``: the command line without the installed script."""

from homophily.cli import main

main()
