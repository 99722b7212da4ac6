"""What `python3 dev.py bench` measures against the bars; every figure beside a reference of the same run."""
