"""`python -m oig_pipeline` is `oig`."""

from oig_pipeline.cli import main

if __name__ == "__main__":
    main()
