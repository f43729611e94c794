"""Reading the data folder: everything that may differ between cities, checked where it enters."""
