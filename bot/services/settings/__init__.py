"""What administrators set in place of the files of data/: checked, kept with its history, in force at once."""
