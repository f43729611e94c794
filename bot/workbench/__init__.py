"""Trainers' pages: what was misread, the training data, training, and which model is live."""
