"""One writer for each layout of an export: what a phone system, or an office's sheet, makes of the same history."""
