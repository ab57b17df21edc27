"""The live view: frames on the wire, and the component that draws them."""
