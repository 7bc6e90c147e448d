"""The same booking bot as users of other libraries write it: small, plain, each a program of its own.

They run in `.venv-peers` with their own requirements and import nothing of the product.
"""
