"""Whistles (吹哨报到): proposed, blown by those entitled, answered by the departments called, judged by the street."""
