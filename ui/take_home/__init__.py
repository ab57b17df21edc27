"""What a student takes home: a picture, a film, a table, a report. Pure functions of frames."""
