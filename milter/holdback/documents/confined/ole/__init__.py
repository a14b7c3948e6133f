"""OLE compound files: old Office documents, and the small file systems they are made of."""
