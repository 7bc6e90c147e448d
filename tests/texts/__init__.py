"""What customers read: catalogues, the firm's own wording, values written in a language."""
