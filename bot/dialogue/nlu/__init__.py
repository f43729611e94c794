"""How a resident's message is read: n-gram models, and the Rasa graph component around them."""
