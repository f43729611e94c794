"""The pure layer: rules of the domain with the standard library only, no input or output."""
