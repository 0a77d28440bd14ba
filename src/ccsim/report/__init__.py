"""What people read: sentences, terminal reports, stories of single contacts, figures and files.

Nothing here is arithmetic that could be a metric; the one exception is ``expectations``, which compares the
load and the staffing of a Program before any luck, and which a Log cannot know.
"""
