"""Workers' pages: conversations that wait for a person, and the cases residents filed."""
