"""Programs for those who work on the project: catalogues, pages, pictures, benchmarks."""
