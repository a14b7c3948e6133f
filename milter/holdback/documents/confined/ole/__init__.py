"""OLE compound files (MS-CFB): Office 97 to 2003 documents and embedded objects."""
