"""The house around the code: catalogues, generated pages, containers, examples in the docs."""
