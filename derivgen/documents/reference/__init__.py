"""References: numbered entries with their derivations, the index of the laws they use, and what rests on what."""
