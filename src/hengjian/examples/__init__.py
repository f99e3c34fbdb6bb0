"""The shipped examples: what `hengjian demo` files, step by step, into a space of its own."""
